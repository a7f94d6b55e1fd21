FROM debian:12
RUN apt-get update && apt-get install -y curl git wget jq
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN export LINK=`wget -qO- https://example.com/downloads.json | jq -r .link` && wget "$LINK"
WORKDIR /src
