FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN mkdir -p /data /run/app \
    && chown -R app:app /app \
    && chown app:app /data /run/app
USER app
