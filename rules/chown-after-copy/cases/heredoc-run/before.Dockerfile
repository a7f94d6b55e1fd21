FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN <<EOF
mkdir /data
chown -R app:app /app
EOF
USER app
