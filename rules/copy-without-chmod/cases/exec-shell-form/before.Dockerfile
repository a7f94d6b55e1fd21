FROM alpine:3.20
WORKDIR /app
COPY run.sh /app/run.sh
ENTRYPOINT exec /app/run.sh "$@"
