FROM alpine:3.20
COPY --chmod=755 entrypoint.sh /entrypoint.sh
RUN set -eux; \
    mkdir -p /data
ENTRYPOINT ["/entrypoint.sh"]
