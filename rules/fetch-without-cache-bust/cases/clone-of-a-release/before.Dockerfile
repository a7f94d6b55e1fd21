FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN git clone --depth 1 --branch v1.2.3 https://github.com/example/tool /src
WORKDIR /src
