FROM debian:bookworm-slim
ADD . /app
CMD ["cat", "/app/main.py"]
