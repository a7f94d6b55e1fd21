FROM alpine:3.20 AS base
RUN adduser -D -u 1001 app
COPY state.txt /app/

FROM base AS one
USER app

FROM base AS two
USER 1001
