FROM python:3.11-slim
COPY . /app
WORKDIR /app
RUN cd tools && pip install -r requirements/all.txt
