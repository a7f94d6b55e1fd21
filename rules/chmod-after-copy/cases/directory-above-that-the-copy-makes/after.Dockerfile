FROM alpine:3.20
COPY --chmod=755 scripts /opt/demo/scripts
ENTRYPOINT ["/opt/demo/scripts/start.sh"]
