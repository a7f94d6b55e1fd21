FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN useradd app && chown -R app:app /app
USER app
CMD ["python3", "app.py"]
