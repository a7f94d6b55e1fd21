FROM python:3.11-slim
RUN pip install --upgrade pip setuptools wheel==0.43.0
WORKDIR /app
COPY . .
