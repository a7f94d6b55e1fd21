FROM python:3.11-slim
RUN useradd --create-home app
WORKDIR /app
ARG NO_CACHE=1
ARG BUILD_DATE
ARG CACHE_DIR=/tmp
COPY app.py .
