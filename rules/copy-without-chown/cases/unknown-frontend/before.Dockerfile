# syntax=registry.example.com/tools/dockerfile:1
FROM alpine:3.20
RUN adduser -D app
COPY a.txt /app/
USER app
