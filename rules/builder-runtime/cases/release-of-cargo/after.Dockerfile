FROM rust:1.79-slim-bookworm AS build
WORKDIR /usr/src/ash
COPY . .
RUN cargo build --release

FROM gcr.io/distroless/cc-debian12
WORKDIR /usr/src/ash
COPY --from=build /usr/src/ash/target/release/ash /usr/src/ash/target/release/ash
ENV RUST_LOG=info
CMD ["./target/release/ash", "-c", "env"]
