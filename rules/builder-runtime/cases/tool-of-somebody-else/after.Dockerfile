FROM golang:1.22 AS build
ENV CGO_ENABLED=0
RUN go install example.org/tools/id@v1.2.0

FROM gcr.io/distroless/static-debian12
COPY --from=build /go/bin/id /usr/local/bin/id
ENTRYPOINT ["id"]
CMD ["-u"]
