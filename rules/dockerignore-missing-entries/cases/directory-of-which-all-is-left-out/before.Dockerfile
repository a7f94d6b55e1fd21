FROM debian:bookworm-slim
WORKDIR /app
COPY main.py ./
COPY logs/ logs/
CMD ["cat", "/app/main.py"]
