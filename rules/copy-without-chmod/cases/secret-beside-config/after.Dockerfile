FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN chmod 644 /app/config.json
USER 1001
CMD ["python3", "app.py"]
