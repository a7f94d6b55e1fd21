FROM debian:bookworm-slim
RUN useradd app
WORKDIR /src
COPY . .
RUN sh build.sh
USER app
CMD ["target/release/app"]
