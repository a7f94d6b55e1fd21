FROM alpine:3.20
ONBUILD COPY entrypoint.sh /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
