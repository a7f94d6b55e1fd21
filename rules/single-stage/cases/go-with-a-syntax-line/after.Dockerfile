# syntax=docker/dockerfile:1
FROM golang:1.22-alpine AS deps
WORKDIR /src
COPY go.* ./
RUN go mod download

FROM deps AS app
COPY . .
RUN go build -o /usr/local/bin/shop .
CMD ["shop"]
