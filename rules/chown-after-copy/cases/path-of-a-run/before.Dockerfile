FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN mkdir -p /data/cache && chown -R app:app /data
USER app
