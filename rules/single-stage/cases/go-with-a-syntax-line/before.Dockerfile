# syntax=docker/dockerfile:1
FROM golang:1.22-alpine
WORKDIR /src
COPY go.* ./
RUN go mod download
COPY . .
RUN go build -o /usr/local/bin/shop .
CMD ["shop"]
