FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN curl -fsSL -o /usr/local/bin/tool https://github.com/example/tool/releases/latest/download/tool-linux-amd64
WORKDIR /src
