FROM alpine:3.20
COPY a.sh b.sh /app/
ENTRYPOINT ["/app/a.sh"]
