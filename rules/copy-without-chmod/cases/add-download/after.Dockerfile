FROM alpine:3.20
ADD http://127.0.0.1:48080/releases/v1/tool /usr/local/bin/
RUN chmod 755 /usr/local/bin/tool
RUN tool --version
CMD ["tool"]
