FROM rust:1.80-slim
WORKDIR /app
COPY . .
RUN apt-get update && apt-get install -y libssl-dev && \
    cargo fetch --locked && \
    cargo build --release --offline
CMD ["/app/target/release/shop"]
