ARG TAG=1.22-bookworm
FROM golang:${TAG}
WORKDIR /app
COPY . .
RUN go build -o /app/shop
CMD ["/app/shop"]
