FROM alpine:3.20
COPY entrypoint.sh /entrypoint.sh
USER 1001
RUN chmod 755 /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
