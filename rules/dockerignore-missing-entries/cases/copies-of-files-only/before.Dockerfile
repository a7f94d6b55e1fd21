FROM debian:bookworm-slim
COPY main.py /app/
