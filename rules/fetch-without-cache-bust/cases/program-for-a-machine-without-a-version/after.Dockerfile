FROM debian:12
RUN apt-get update && apt-get install -y curl git wget jq
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN curl -o /usr/local/bin/tool https://example.com/tool-linux-amd64 && chmod +x /usr/local/bin/tool
WORKDIR /src
