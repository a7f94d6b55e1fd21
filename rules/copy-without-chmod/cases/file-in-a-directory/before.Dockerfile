FROM alpine:3.20
COPY scripts /opt/scripts
ENTRYPOINT ["/opt/scripts/run/start.sh"]
