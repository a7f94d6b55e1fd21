FROM alpine:3.20
COPY scripts/ /scripts/
ENTRYPOINT ["/scripts/start.sh"]
