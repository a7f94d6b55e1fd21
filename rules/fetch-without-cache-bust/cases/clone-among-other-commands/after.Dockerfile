FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
# builds the tool
RUN set -eux; \
    mkdir -p /src; \
    git clone https://github.com/example/tool /src; \
    make -C /src
WORKDIR /src
