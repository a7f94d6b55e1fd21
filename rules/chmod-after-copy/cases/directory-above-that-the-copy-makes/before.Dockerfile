FROM alpine:3.20
COPY scripts /opt/demo/scripts
RUN chmod -R 755 /opt/demo
ENTRYPOINT ["/opt/demo/scripts/start.sh"]
