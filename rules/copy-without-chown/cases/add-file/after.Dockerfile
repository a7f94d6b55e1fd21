FROM alpine:3.20
RUN adduser -D -u 1001 app
ADD --chown=app:app state.txt /app/
ADD --chown=app:app more /app/more/
USER app
