FROM golang:1.22 AS build
ENV CGO_ENABLED=0
WORKDIR /app
COPY . .
RUN go build -o /app/shop
FROM scratch
COPY --from=build /app/shop /shop
ENTRYPOINT ["/shop"]
