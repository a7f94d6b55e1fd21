FROM alpine:3.20
WORKDIR /app
COPY . .
RUN chmod 755 /app/bin/migrate.sh
ENTRYPOINT ["./entry.sh"]
