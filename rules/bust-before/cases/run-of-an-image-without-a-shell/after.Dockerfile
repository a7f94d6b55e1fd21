FROM gcr.io/distroless/static
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN ["/app", "init"]
