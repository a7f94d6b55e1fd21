FROM alpine:3.20
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN echo 1 > /first
