FROM golang:1.22-alpine
WORKDIR /src
COPY go.mod go.sum ./
COPY lib/pad/go.mod ./lib/pad/
RUN go mod download
COPY . .
RUN go build -o /shop .
