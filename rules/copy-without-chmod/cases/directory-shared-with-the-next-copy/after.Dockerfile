FROM alpine:3.20
WORKDIR /app
COPY config .
COPY . .
RUN chmod 644 /app/db.json /app/config/db.json
USER 1001
CMD ["cat", "db.json"]
