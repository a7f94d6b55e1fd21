FROM alpine:3.20
COPY entry.sh hook.sh /app/
RUN chmod 755 /app/hook.sh
ENTRYPOINT ["/app/entry.sh"]
