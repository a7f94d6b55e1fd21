FROM alpine:3.20
WORKDIR /app
ONBUILD COPY . .
ENTRYPOINT ["/app/run.sh"]
