FROM golang:1.23-alpine
SHELL ["/bin/ash", "-eo", "pipefail", "-c"]
WORKDIR /app
COPY . .
RUN go build -o /app/shop
CMD /app/shop
