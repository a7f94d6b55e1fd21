FROM alpine:3.20
COPY entry.sh server.sh /app/
ENTRYPOINT ["/app/entry.sh"]
