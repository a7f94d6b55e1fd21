FROM rust:1.80
RUN useradd app
WORKDIR /src
COPY . .
RUN cargo build --release
USER app
CMD ["target/release/app"]
