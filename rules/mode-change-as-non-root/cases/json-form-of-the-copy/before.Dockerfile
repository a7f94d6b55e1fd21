FROM alpine:3.20
RUN adduser -D app
USER app
COPY ["run it.sh", "/opt/"]
RUN chmod 755 "/opt/run it.sh"
CMD ["/opt/run it.sh"]
