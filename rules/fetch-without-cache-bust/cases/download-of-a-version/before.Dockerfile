FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN curl -fsSL https://github.com/example/tool/releases/download/v1.2.3/tool.tar.gz | tar -xz
WORKDIR /src
