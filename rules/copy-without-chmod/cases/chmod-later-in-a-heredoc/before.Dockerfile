FROM alpine:3.20
COPY run.sh /app/run.sh
RUN <<EOF
set -e
chmod +x /app/run.sh
EOF
ENTRYPOINT ["/app/run.sh"]
