FROM debian:12
RUN apt-get update && apt-get install -y curl git wget jq
RUN wget https://example.com/tool-stable-1.2.tar.gz
WORKDIR /src
