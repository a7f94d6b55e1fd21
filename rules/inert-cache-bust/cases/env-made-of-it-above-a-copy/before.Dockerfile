FROM python:3.11-slim
RUN useradd --create-home app
WORKDIR /app
ARG CACHE_DATE=none
ENV BUILT_AT=$CACHE_DATE
COPY app.py .
