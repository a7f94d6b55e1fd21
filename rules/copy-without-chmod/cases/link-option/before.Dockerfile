FROM alpine:3.20
COPY --link run.sh /app/run.sh
ENTRYPOINT ["/app/run.sh"]
