FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN poetry install --no-root
CMD ["python3", "app.py"]
