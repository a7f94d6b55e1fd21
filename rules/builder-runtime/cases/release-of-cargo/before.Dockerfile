FROM rust:1.79-slim-bookworm
WORKDIR /usr/src/ash
COPY . .
RUN cargo build --release
ENV RUST_LOG=info
CMD ["./target/release/ash", "-c", "env"]
