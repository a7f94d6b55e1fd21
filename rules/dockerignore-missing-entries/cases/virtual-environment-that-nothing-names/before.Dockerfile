FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN cat requirements.txt
CMD ["python3", "main.py"]
