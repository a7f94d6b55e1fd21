FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN <<EOF
set -e
mkdir /data
chown -R app:app /app
chown app:app /data
EOF
USER app
