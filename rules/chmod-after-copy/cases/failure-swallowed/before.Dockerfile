FROM alpine:3.20
COPY entrypoint.sh /entrypoint.sh
RUN chmod 755 /entrypoint.sh || true
ENTRYPOINT ["/entrypoint.sh"]
