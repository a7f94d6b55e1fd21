FROM golang:1.22-alpine
WORKDIR /src
COPY go.mod go.sum go.work ./
COPY lib/go.mod ./lib/
RUN go mod download
COPY . .
RUN go build -o /shop .
