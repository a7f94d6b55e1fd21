FROM golang:1.22-alpine
WORKDIR /src
COPY . .
RUN go mod download && CGO_ENABLED=0 go build -o /shop .
