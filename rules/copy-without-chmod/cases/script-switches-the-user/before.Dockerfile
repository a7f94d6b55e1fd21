FROM alpine:3.20
RUN adduser -D app
COPY entry.sh server.sh /app/
ENTRYPOINT ["/app/entry.sh"]
