FROM alpine:3.20
RUN echo 1 > /first
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN git clone https://example.invalid/tool /src || true
