FROM alpine:3.20
RUN adduser -D app
COPY src /app
# hadolint ignore=DL3059
RUN chown -R app:app /app
USER app
