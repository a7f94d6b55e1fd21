FROM alpine:3.20
COPY --chmod=744 entrypoint.sh /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
