FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN uv sync --frozen
CMD ["python3", "app.py"]
