FROM alpine:3.20
RUN adduser -D app
# It writes beside itself.
COPY --chown=app:app src /app
USER app
