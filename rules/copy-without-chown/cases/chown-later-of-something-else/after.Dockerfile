FROM alpine:3.20
RUN adduser -D -u 1001 app
COPY --chown=app:app state.txt /app/
RUN mkdir -p /cache && chown -R app:app /cache
USER app
