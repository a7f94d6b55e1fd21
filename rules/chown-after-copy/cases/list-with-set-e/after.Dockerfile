FROM alpine:3.20
RUN adduser -D app
COPY --chown=app:app src /app
RUN set -ex; \
    mkdir -p /data; \
    chown app /data
USER app
