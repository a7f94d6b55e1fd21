FROM alpine:3.20
COPY --chmod=755 scripts/*.sh /opt/demo/
ENTRYPOINT ["/opt/demo/start.sh"]
