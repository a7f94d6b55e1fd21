FROM alpine:3.20
VOLUME /scripts
COPY entrypoint.sh /scripts/entrypoint.sh
RUN chmod 755 /scripts/entrypoint.sh
ENTRYPOINT ["/scripts/entrypoint.sh"]
