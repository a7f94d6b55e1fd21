FROM python:3.11-slim
RUN useradd --create-home app
WORKDIR /app
ENV REFRESHED_AT=2014-11-20
COPY app.py .
