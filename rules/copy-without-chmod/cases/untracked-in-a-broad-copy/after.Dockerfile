FROM python:3.11-slim
RUN useradd -m app
WORKDIR /app
COPY . .
RUN chmod 644 /app/config/local.json
USER app
CMD ["python3", "app.py"]
