FROM python:3.11-slim
RUN useradd --create-home app
WORKDIR /app
ARG PORT=80
ARG CACHE_BUST=1
RUN : "${CACHE_BUST}"
ARG MODE=fast
COPY app.py .
ENV PORT=$PORT MODE=$MODE
