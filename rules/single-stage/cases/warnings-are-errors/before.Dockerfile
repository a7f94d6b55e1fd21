# check=error=true
FROM --platform=linux/amd64 python:3.11-slim AS web-amd64
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
