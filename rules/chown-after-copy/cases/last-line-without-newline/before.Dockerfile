FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN chown -R app:app /app