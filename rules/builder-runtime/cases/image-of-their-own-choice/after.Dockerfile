FROM golang:1.22 AS compile
WORKDIR /app
COPY . .
RUN go build -o /app/id

FROM debian:bookworm-slim
WORKDIR /app
COPY --from=compile /app/id /app/id
CMD ["/app/id", "-u"]
