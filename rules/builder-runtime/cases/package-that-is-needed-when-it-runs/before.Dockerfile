FROM golang:1.23-alpine
RUN apk add --no-cache git ffmpeg
WORKDIR /app
COPY . .
RUN go build -o /app/shop
CMD ["/app/shop"]
