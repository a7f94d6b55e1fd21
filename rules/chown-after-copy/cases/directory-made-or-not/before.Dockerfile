FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN test -d /app/public && mkdir /app/public/cache || true
RUN chown -R app:app /app
USER app
