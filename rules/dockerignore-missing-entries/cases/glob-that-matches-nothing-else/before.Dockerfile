FROM debian:bookworm-slim
COPY main.py /app/
COPY logs/*.log /app/logs/
