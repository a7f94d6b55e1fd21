FROM alpine:3.20
COPY entrypoint.sh /entrypoint.sh
RUN chown 1001:0 /entrypoint.sh
RUN chmod 755 /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
