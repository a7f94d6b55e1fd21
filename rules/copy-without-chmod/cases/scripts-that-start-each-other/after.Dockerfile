FROM alpine:3.20
COPY a.sh b.sh /app/
RUN chmod 755 /app/a.sh /app/b.sh
ENTRYPOINT ["/app/a.sh"]
