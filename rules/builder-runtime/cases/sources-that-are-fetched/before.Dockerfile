FROM golang:1.22
ENV CGO_ENABLED=0
WORKDIR /go/src/example.org/shop
RUN go get example.org/shop
RUN go build -o /app/shop
CMD ["/app/shop"]
