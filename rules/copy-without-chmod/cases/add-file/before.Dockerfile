FROM alpine:3.20
ADD run.sh /app/
ENTRYPOINT ["/app/run.sh"]
