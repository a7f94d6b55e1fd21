FROM golang:1.22-alpine AS build
COPY . .
RUN go build -o /server .

FROM alpine:3.20
COPY --from=build /server /server
COPY --from=docker.io/acme/tools:1 /bin/tool /usr/local/bin/tool
HEALTHCHECK CMD tool
ENTRYPOINT ["/server"]
