FROM alpine:3.20
RUN adduser -D app
COPY --chown=app:app src /app
RUN <<EOF
set -e
mkdir /data
chown app:app /data
EOF
USER app
