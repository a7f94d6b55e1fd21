FROM alpine:3.20
COPY --chmod=755 entrypoint.sh /entrypoint.sh
RUN mkdir -p /data \
    && ln -s /entrypoint.sh /usr/local/bin/start
ENTRYPOINT ["/entrypoint.sh"]
