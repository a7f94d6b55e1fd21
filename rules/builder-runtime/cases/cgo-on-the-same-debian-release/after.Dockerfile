FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
RUN go build -o /app/pwd

FROM gcr.io/distroless/base-debian12
COPY --from=build /app/pwd /app/pwd
WORKDIR /data
CMD ["/app/pwd"]
