FROM debian:12 AS base
ARG CACHE_BUST=1
RUN apt-get update && apt-get install -y git
FROM base
RUN git clone https://github.com/example/tool /src
WORKDIR /src
