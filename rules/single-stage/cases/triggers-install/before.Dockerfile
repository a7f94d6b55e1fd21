FROM python:3.11-slim
WORKDIR /app
ONBUILD COPY requirements.txt ./
ONBUILD RUN pip install -r requirements.txt
ONBUILD COPY . .
