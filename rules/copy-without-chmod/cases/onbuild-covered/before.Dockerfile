FROM alpine:3.20
ONBUILD COPY entrypoint.sh /entrypoint.sh
ONBUILD RUN chmod +x /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
