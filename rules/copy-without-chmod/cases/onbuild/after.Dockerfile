FROM alpine:3.20
ONBUILD COPY entrypoint.sh /entrypoint.sh
ONBUILD RUN chmod 755 /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
