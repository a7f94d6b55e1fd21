FROM alpine:3.20
COPY start.sh settings.json /opt/demo/
RUN chmod 755 /opt/demo/start.sh && chmod 600 /opt/demo/settings.json
ENTRYPOINT ["/opt/demo/start.sh"]
