FROM alpine:3.20
RUN adduser -D app
COPY entry.sh server.sh /app/
RUN chmod 755 /app/server.sh
ENTRYPOINT ["/app/entry.sh"]
