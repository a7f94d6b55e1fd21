FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
ARG CACHE_BUST=1
RUN git clone https://github.com/example/tool /src
WORKDIR /src
