FROM alpine:3.20
RUN adduser -D app
COPY bin /opt/bin
USER app
RUN ["chmod", "-R", "0755", "/opt/bin"]
CMD ["/opt/bin/tool"]
