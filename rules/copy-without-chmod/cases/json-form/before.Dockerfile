FROM alpine:3.20
COPY ["start up.sh", "it\\'s.sh", "/app dir/"]
HEALTHCHECK CMD ["/app dir/it's.sh"]
ENTRYPOINT ["/app dir/start up.sh"]
