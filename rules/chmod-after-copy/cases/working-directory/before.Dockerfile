FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN chmod -R 777 /app
USER 1001
CMD ["python3", "main.py"]
