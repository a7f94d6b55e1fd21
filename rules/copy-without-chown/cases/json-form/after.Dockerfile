FROM alpine:3.20
RUN adduser -D -u 1001 app
COPY --chown=app:app ["my state.txt", "/app/my state.txt"]
USER app
