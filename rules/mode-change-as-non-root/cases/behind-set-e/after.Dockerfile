FROM alpine:3.20
RUN adduser -D app
COPY tool.sh other.sh /opt/
RUN chmod +x /opt/tool.sh
USER app
RUN set -eux; \
    /opt/tool.sh
CMD ["/opt/tool.sh"]
