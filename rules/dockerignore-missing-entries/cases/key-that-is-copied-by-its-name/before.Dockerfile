FROM debian:bookworm-slim
COPY . /app
COPY id_rsa /root/.ssh/
