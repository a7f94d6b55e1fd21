FROM python:3.11-slim
RUN useradd --create-home app
WORKDIR /app
ARG CACHE_BUST=1
COPY app.py .
