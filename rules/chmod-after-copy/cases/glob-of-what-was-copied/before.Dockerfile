FROM alpine:3.20
COPY bin/*.sh /scripts/
RUN chmod +x /scripts/*.sh
ENTRYPOINT ["/scripts/start.sh"]
