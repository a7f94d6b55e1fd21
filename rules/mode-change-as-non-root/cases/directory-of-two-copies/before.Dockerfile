FROM alpine:3.20
RUN adduser -D app
COPY config /app/config
USER app
COPY . /app
RUN chmod -R 700 /app/config
