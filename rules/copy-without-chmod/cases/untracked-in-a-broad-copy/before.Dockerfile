FROM python:3.11-slim
RUN useradd -m app
WORKDIR /app
COPY . .
USER app
CMD ["python3", "app.py"]
