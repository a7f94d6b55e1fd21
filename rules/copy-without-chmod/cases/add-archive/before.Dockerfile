FROM alpine:3.20
ADD app.tar.gz /app/
ENTRYPOINT ["/app/run.sh"]
