FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN --mount=type=cache,target=/app/cache chown -R app:app /app
USER app
