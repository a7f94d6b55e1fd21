FROM rust:1.79-slim-bookworm
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/app/target cargo build --release
CMD ["./target/release/shop"]
