FROM alpine:3.20
WORKDIR /app
COPY . .
ENTRYPOINT ["./entry.sh"]
