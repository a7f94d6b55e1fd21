FROM alpine:3.20
COPY scripts /opt/scripts
RUN chmod 755 /opt/scripts/run/start.sh
ENTRYPOINT ["/opt/scripts/run/start.sh"]
