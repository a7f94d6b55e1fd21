FROM alpine:3.20 AS base
RUN adduser -D app
COPY state.txt /app/

FROM base
RUN chown -R app:app /app
USER app
