FROM alpine:3.20
COPY entry.sh server.sh /app/
RUN chmod 755 /app/server.sh
ENTRYPOINT ["/app/entry.sh"]
