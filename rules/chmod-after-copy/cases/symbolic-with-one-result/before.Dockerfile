FROM alpine:3.20
COPY bin /opt/demo
RUN chmod -R +x /opt/demo
CMD ["/opt/demo/start"]
