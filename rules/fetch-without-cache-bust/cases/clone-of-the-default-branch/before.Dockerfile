FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN git clone --depth 1 https://github.com/example/tool.git /src
WORKDIR /src
