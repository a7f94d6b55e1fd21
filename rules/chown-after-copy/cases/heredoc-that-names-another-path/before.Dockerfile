FROM alpine:3.20
RUN adduser -D app && mkdir /data
COPY config /app
RUN <<EOF
set -e
chown -R app:app /app /data
EOF
USER app
