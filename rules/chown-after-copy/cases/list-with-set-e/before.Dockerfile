FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN set -ex; \
    mkdir -p /data; \
    chown -R app:app /app; \
    chown app /data
USER app
