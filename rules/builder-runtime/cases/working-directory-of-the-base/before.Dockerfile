FROM golang:1.22
ENV CGO_ENABLED=0
COPY . .
RUN go build -o shop
CMD ["./shop"]
