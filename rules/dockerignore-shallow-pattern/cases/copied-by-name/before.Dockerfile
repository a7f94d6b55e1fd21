FROM python:3.11-slim
WORKDIR /app
COPY . .
COPY app/__pycache__/main.cpython-311.pyc /opt/main.pyc
CMD ["python3", "-m", "app.main"]
