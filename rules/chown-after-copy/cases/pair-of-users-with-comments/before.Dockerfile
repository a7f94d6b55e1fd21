FROM alpine:3.20
RUN adduser -D app
USER app
COPY src /app
# Only root may give files away.
USER root
RUN chown -R app:app /app
USER app
