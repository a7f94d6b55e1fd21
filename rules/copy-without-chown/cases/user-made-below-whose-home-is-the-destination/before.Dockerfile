FROM python:3.11-slim
WORKDIR /home/app
COPY app.py .
RUN useradd --create-home app
USER app
