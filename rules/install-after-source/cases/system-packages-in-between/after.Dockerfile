FROM python:3.11-slim
COPY requirements.txt /app/
WORKDIR /app
ENV PYTHONUNBUFFERED=1
RUN apt-get update && apt-get install -y --no-install-recommends gcc \
    && rm -rf /var/lib/apt/lists/*
RUN pip install -r requirements.txt
COPY . /app
