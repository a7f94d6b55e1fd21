FROM golang:1.23-alpine
WORKDIR /app
COPY . .
RUN go build -o /app/shop
CMD ["/app/shop"]
