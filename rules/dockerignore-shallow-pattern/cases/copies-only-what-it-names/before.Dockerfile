FROM python:3.11-slim
COPY app/main.py lib /app/
