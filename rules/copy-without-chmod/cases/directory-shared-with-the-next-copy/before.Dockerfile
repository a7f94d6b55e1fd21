FROM alpine:3.20
WORKDIR /app
COPY config .
COPY . .
USER 1001
CMD ["cat", "db.json"]
