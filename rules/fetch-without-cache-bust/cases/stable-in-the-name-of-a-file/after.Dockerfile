FROM debian:12
RUN apt-get update && apt-get install -y curl git wget jq
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN curl -fsSO https://example.com/browser-stable_current_amd64.deb
WORKDIR /src
