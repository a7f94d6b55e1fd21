FROM python:3.11-slim
ONBUILD COPY . /app
ONBUILD WORKDIR /app
ONBUILD RUN pip install -r requirements.txt
