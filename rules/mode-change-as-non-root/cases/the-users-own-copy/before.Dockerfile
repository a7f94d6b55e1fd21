FROM alpine:3.20
RUN adduser -D app
WORKDIR /home/app
COPY tool.txt /home/app/tool.txt
USER app
RUN cp tool.txt /tmp/tool && chmod +x /tmp/tool && /tmp/tool
CMD ["/tmp/tool"]
