FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN git clone -b develop https://github.com/example/tool.git /src && make -C /src
WORKDIR /src
