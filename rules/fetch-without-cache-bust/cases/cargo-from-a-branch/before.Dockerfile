FROM rust:1.80
RUN cargo install --git https://github.com/example/tool
WORKDIR /src
