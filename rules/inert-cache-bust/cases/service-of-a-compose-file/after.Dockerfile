FROM python:3.11-slim
RUN useradd --create-home app
WORKDIR /app
ARG CACHE_BUST=1
RUN : "${CACHE_BUST}"
COPY app.py .
