FROM alpine:3.20
RUN adduser -D app
USER app
COPY tool.sh /opt/
RUN chmod +x /opt/tool.sh && \
    /opt/tool.sh > /tmp/log
CMD ["cat", "/tmp/log"]
