FROM alpine:3.20
RUN addgroup -g 2002 web && adduser -D -G web app
COPY --chown=app:web src /app
USER app
