FROM alpine:3.20
COPY entry.sh hook.sh /app/
ENTRYPOINT ["/app/entry.sh"]
