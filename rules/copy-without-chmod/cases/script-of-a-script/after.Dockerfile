FROM alpine:3.20
COPY app/ /app/
RUN chmod 755 /app/bin/server
ENTRYPOINT ["/app/entry.sh"]
