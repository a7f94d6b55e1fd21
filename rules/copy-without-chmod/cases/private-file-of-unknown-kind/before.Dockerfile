FROM python:3.11-slim
WORKDIR /app
COPY . .
USER 1001
CMD ["python3", "app.py"]
