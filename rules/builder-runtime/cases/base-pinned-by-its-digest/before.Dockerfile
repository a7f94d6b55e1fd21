FROM golang:1.22@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
ENV CGO_ENABLED=0
WORKDIR /app
COPY . .
RUN go build -o /app/shop
CMD ["/app/shop"]
