FROM debian:bookworm-slim
COPY passwd /etc/passwd
COPY state.txt /app/
USER 1000
