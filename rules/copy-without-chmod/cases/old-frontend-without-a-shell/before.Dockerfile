# syntax=docker/dockerfile:1.1
FROM gcr.io/distroless/static-debian12
COPY start /start
ENTRYPOINT ["/start"]
