FROM python:3.11-slim
ARG MODE=a
RUN echo $MODE
ARG MODE=b
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
RUN echo $MODE
