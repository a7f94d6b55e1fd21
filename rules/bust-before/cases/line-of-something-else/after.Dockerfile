FROM alpine:3.20
RUN echo 1 > /first
ENV MODE=fast
LABEL a=b
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN echo 2 > /second
