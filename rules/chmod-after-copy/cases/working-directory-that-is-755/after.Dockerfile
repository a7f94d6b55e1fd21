FROM alpine:3.20
WORKDIR /app
COPY --chmod=755 . .
ENTRYPOINT ["/app/start.sh"]
