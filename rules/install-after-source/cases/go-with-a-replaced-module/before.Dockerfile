FROM golang:1.22-alpine
WORKDIR /src
COPY . .
RUN go mod download
RUN go build -o /shop .
