FROM debian:bookworm-slim
COPY src /app
CMD ["cat", "/app/main.py"]
