FROM alpine:3.20
COPY scripts/*.sh /opt/demo/
RUN chmod +x /opt/demo/start.sh /opt/demo/stop.sh
ENTRYPOINT ["/opt/demo/start.sh"]
