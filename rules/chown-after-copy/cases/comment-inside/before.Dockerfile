FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN \
    # It writes beside itself.
    chown -R app:app /app
USER app
