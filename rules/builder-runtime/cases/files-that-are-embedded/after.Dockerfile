FROM golang:1.22 AS build
ENV CGO_ENABLED=0
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build <<EOF
go vet ./...
go build -o /app/id ./
EOF

FROM gcr.io/distroless/static-debian12
WORKDIR /app
COPY --from=build /app/id /app/id
CMD ["/app/id", "-u"]
