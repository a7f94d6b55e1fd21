FROM alpine:3.20
# Run what follows again: docker build --build-arg CACHE_BUST_2=$(date +%s) .
ARG CACHE_BUST_2=1
RUN echo "$CACHE_BUST"
