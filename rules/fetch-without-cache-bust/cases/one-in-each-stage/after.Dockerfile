FROM debian:12 AS a
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN git clone https://github.com/example/tool /a
FROM debian:12 AS b
# Run what follows again: docker build --build-arg CACHE_BUST_2=$(date +%s) .
ARG CACHE_BUST_2=1
RUN git clone https://github.com/example/tool /b
