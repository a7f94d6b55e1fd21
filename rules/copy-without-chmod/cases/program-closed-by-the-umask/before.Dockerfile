FROM alpine:3.20
RUN adduser -D app
COPY tool.sh /usr/local/bin/tool
USER app
CMD tool
