FROM golang:1.22-bookworm AS server
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go install ./cmd/ash

FROM gcr.io/distroless/static-debian12
WORKDIR /src
COPY --from=server /go/bin/ash /usr/local/bin/ash

ARG COMMIT=none
ENV COMMIT=${COMMIT}
COPY motd /etc/motd
STOPSIGNAL SIGINT
HEALTHCHECK CMD ["ash", "-c", "env"]
USER nobody
CMD ["ash", "-c", "env"]
