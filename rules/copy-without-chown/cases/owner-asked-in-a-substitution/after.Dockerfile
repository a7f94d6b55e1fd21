FROM alpine:3.20
RUN adduser -D app
COPY --chown=app:app src /app
RUN if [ "$(stat -c %u /app)" = 0 ]; then touch /of-root; fi
USER app
