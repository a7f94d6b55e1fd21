FROM alpine:3.20
WORKDIR /app
COPY . .
USER 1001
CMD ["cat", "config/a.json"]
