FROM debian:12
RUN apt-get update && apt-get install -y curl git wget jq
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN VERSION=$(curl -fsS https://api.github.com/repos/example/tool/releases/latest | jq -r .tag_name) && \
    curl -fsSLo /usr/local/bin/tool "https://github.com/example/tool/releases/download/${VERSION}/tool"
WORKDIR /src
