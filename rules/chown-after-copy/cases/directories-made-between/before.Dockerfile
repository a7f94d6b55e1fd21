FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
COPY src .
RUN mkdir -p logs/old tmp && chown -R app:app /app
USER app
