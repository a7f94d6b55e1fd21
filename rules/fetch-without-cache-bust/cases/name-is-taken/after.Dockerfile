FROM debian:12 AS a
ARG CACHE_BUST=1
RUN date > /built
FROM debian:12
# Run what follows again: docker build --build-arg CACHE_BUST_2=$(date +%s) .
ARG CACHE_BUST_2=1
RUN git clone https://github.com/example/tool /b
