FROM golang:1.22
ENV CGO_ENABLED=0
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.cache/go-build <<EOF
go vet ./...
go build -o /app/id ./
EOF
CMD ["/app/id", "-u"]
