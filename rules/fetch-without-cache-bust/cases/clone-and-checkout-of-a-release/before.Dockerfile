FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN git clone https://github.com/example/tool /src && cd /src && git checkout tags/v2.0
WORKDIR /src
