FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN curl -fsSLO https://example.com/builds/nightly/tool.tar.gz
WORKDIR /src
