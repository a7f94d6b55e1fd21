FROM alpine:3.20
RUN adduser -D app
COPY tool.sh other.sh /opt/
USER app
RUN set -eux; \
    chmod +x /opt/tool.sh; \
    /opt/tool.sh
CMD ["/opt/tool.sh"]
