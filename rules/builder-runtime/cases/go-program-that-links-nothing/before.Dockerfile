# The shop.
FROM golang:1.22-bookworm
ARG VERSION=dev
# Who to ask.
LABEL org.opencontainers.image.version=$VERSION
ENV CGO_ENABLED=0 GOFLAGS=-trimpath
ENV PORT=8080
WORKDIR /src
COPY go.mod ./
RUN go mod download
EXPOSE 8080
COPY . .
RUN go build -o /usr/local/bin/ash ./cmd/ash

# Nobody needs root.
USER 65532
ENTRYPOINT ["ash", "-c", "env"]
