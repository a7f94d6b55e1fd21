FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
COPY config config
COPY src/app.py main.py
