FROM rust:1.80
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN cargo install --git https://github.com/example/tool
WORKDIR /src
