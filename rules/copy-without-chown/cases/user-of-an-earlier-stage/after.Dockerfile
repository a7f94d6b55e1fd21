FROM alpine:3.20 AS base
RUN adduser -D -u 1001 app
USER app

FROM base
COPY --chown=app:app state.txt /app/
CMD ["cat", "/app/state.txt"]
