FROM rust:1.79-slim-bookworm
WORKDIR /usr/src/id
COPY . .
RUN cargo install --path .
CMD ["id", "-u"]
