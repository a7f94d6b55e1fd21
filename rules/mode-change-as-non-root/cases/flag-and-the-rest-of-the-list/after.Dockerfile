FROM alpine:3.20
RUN adduser -D app
USER app
COPY --chmod=755 tool.sh /opt/
RUN /opt/tool.sh > /tmp/log
CMD ["cat", "/tmp/log"]
