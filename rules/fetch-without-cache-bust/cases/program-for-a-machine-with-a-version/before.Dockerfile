FROM debian:12
RUN apt-get update && apt-get install -y curl git wget jq
RUN curl -o /usr/local/bin/tool https://example.com/v2/tool-linux-amd64
WORKDIR /src
