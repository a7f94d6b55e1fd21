FROM alpine:3.20
COPY --chmod=755 bin/*.sh /scripts/
ENTRYPOINT ["/scripts/start.sh"]
