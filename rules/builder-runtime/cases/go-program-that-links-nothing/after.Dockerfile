# The shop.
FROM golang:1.22-bookworm AS build
ARG VERSION=dev
ENV CGO_ENABLED=0 GOFLAGS=-trimpath
ENV PORT=8080
WORKDIR /src
COPY go.mod ./
RUN go mod download
COPY . .
RUN go build -o /usr/local/bin/ash ./cmd/ash

FROM gcr.io/distroless/static-debian12
ARG VERSION=dev
# Who to ask.
LABEL org.opencontainers.image.version=$VERSION
ENV PORT=8080
WORKDIR /src
COPY --from=build /usr/local/bin/ash /usr/local/bin/ash
EXPOSE 8080

# Nobody needs root.
USER 65532
ENTRYPOINT ["ash", "-c", "env"]
