FROM alpine:3.20
WORKDIR /app
COPY . .
RUN chmod -R 755 .
ENTRYPOINT ["/app/start.sh"]
