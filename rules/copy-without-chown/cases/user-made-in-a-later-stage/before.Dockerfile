FROM alpine:3.20 AS base
COPY state.txt /app/

FROM base AS web
RUN adduser -D -u 1001 app
USER app
