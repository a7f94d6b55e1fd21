FROM rust:1.80-slim
WORKDIR /app
COPY . .
RUN cargo fetch --locked
RUN cargo build --release --offline
