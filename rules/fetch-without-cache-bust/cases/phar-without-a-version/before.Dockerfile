FROM debian:12
RUN apt-get update && apt-get install -y curl git wget jq
RUN wget -O /usr/local/bin/tool https://example.com/tool.phar
WORKDIR /src
