FROM python:3.11-slim
WORKDIR /app
COPY app.py server.key ./
USER 1001
CMD ["python3", "app.py"]
