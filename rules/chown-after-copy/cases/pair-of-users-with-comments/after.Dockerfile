FROM alpine:3.20
RUN adduser -D app
USER app
COPY --chown=app:app src /app
# Only root may give files away.
USER root
USER app
