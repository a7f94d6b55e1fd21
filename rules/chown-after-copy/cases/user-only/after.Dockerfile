FROM alpine:3.20
RUN adduser -D app
COPY --chown=app:0 src /app
USER app
