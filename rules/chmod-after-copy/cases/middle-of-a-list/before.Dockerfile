FROM alpine:3.20
COPY entrypoint.sh /entrypoint.sh
RUN mkdir -p /data \
    && chmod 755 /entrypoint.sh \
    && ln -s /entrypoint.sh /usr/local/bin/start
ENTRYPOINT ["/entrypoint.sh"]
