FROM alpine:3.20
RUN echo 1 > /first
USER nobody
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN wget -qO- https://example.invalid/install.sh | sh || true
