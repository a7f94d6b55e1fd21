FROM golang:1.22 AS build
ENV CGO_ENABLED=0
WORKDIR /app
COPY . .
RUN go build -o /app/id

FROM gcr.io/distroless/static-debian12
WORKDIR /app
COPY --from=build /app/id /app/id
CMD ["/app/id", "-u"]
