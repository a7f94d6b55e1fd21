# syntax=docker/dockerfile@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
FROM gcr.io/distroless/static-debian12
COPY start /start
ENTRYPOINT ["/start"]
