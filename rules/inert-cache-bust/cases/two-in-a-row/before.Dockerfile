FROM python:3.11-slim
RUN useradd --create-home app
WORKDIR /app
ARG CACHE_BUST
ARG CACHE_DATE
COPY app.py .
