FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN curl -fsSLO https://github.com/example/tool/releases/latest/download/tool{,.asc} && gpg --verify tool.asc tool
WORKDIR /src
