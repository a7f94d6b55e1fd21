FROM python:3.11-slim
ARG MODE=production LEVEL="${MODE}-2"
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
RUN echo $LEVEL
