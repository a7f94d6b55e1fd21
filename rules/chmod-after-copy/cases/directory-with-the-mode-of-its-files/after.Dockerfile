FROM alpine:3.20
COPY --chmod=755 scripts /scripts
ENTRYPOINT ["/scripts/start.sh"]
