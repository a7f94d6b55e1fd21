FROM alpine:3.20
RUN adduser -D app || true
COPY --chown=app:app state.txt /app/
USER app
