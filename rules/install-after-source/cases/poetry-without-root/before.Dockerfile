FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN poetry install --no-root --no-interaction
CMD ["python3", "app.py"]
