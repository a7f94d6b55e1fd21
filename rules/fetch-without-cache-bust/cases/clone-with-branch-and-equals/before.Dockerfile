FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN git clone --branch=main https://github.com/example/tool /src
WORKDIR /src
