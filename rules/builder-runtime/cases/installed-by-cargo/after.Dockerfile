FROM rust:1.79-slim-bookworm AS build
WORKDIR /usr/src/id
COPY . .
RUN cargo install --path .

FROM gcr.io/distroless/cc-debian12
WORKDIR /usr/src/id
COPY --from=build /usr/local/cargo/bin/id /usr/local/bin/id
CMD ["id", "-u"]
