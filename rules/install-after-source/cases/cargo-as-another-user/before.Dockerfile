FROM rust:1.80-slim
RUN useradd --create-home app
WORKDIR /app
USER app
COPY . .
RUN cargo fetch --locked
RUN cargo build --release --offline --target-dir /tmp/target
