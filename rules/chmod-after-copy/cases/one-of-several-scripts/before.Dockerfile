FROM alpine:3.20
COPY start.sh settings.json /opt/demo/
RUN chmod 755 /opt/demo/start.sh
CMD ["/opt/demo/start.sh"]
