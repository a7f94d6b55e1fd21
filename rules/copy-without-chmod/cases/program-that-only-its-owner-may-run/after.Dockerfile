FROM alpine:3.20
RUN adduser -D app
COPY tool /usr/local/bin/tool
RUN chmod 755 /usr/local/bin/tool
USER app
CMD tool
