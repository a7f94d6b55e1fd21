FROM alpine:3.20
RUN adduser -D app
COPY bin /opt/bin
RUN ["chmod", "-R", "0755", "/opt/bin"]
USER app
CMD ["/opt/bin/tool"]
