FROM python:3.11-slim
WORKDIR /app
COPY pyproject.toml poetry.lock ./
RUN poetry install --no-root --no-interaction
COPY . .
CMD ["python3", "app.py"]
