FROM alpine:3.20
COPY src /app
RUN adduser -D app
RUN chown -R app:app /app
USER app
