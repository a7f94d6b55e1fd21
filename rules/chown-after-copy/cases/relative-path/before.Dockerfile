FROM python:3.11-slim
RUN useradd -m app
WORKDIR /app
COPY . .
RUN chown -R app:app .
USER app
