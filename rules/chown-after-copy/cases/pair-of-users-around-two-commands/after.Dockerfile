FROM alpine:3.20
RUN adduser -D app
USER app
COPY --chown=app:app src /app
COPY --chown=app:app docs /docs
