FROM alpine:3.20
USER 1001
COPY ["run me.sh", "/app/run me.sh"]
CMD ["/app/run me.sh"]
