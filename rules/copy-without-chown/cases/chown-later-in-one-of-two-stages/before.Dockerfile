FROM alpine:3.20 AS base
RUN adduser -D -u 1001 app
COPY state.txt /app/

FROM base AS one
RUN chown -R app:app /app
USER app

FROM base AS two
USER app
