FROM golang:1.22 AS build
WORKDIR /go/src/app
COPY . .
RUN CGO_ENABLED=0 go build -ldflags="-s -w"

FROM gcr.io/distroless/static-debian12
WORKDIR /go/src/app
COPY --from=build /go/src/app/id /go/src/app/id
CMD ["./id", "-u"]
