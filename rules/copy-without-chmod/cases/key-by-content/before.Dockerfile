FROM python:3.11-slim
WORKDIR /app
COPY notes.conf app.py ./
USER 1001
CMD ["python3", "app.py"]
