FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o /app/shop
CMD ["/app/shop"]
