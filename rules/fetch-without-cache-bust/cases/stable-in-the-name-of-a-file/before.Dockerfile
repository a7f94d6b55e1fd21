FROM debian:12
RUN apt-get update && apt-get install -y curl git wget jq
RUN curl -fsSO https://example.com/browser-stable_current_amd64.deb
WORKDIR /src
