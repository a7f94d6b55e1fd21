FROM python:3.11-slim
WORKDIR /app
COPY . .
ENV PATH="/app/.venv/bin:$PATH"
CMD ["python3", "main.py"]
