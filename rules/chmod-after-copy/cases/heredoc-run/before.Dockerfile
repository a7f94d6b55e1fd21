FROM alpine:3.20
COPY entrypoint.sh /entrypoint.sh
RUN <<EOF
chmod 755 /entrypoint.sh
EOF
ENTRYPOINT ["/entrypoint.sh"]
