FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN wget -qO /usr/local/bin/tool https://raw.githubusercontent.com/example/tool/master/tool.py
WORKDIR /src
