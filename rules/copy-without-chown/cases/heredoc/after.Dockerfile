FROM alpine:3.20
RUN adduser -D -u 1001 app
USER app
COPY --chown=app:app <<TEXT /app/state.txt
one
TEXT
