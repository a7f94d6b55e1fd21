FROM debian:bookworm-slim
COPY target/server /usr/local/bin/server
EXPOSE 8080
CMD ["server"]
