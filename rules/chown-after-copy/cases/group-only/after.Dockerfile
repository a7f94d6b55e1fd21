FROM alpine:3.20
RUN addgroup -g 2002 web && adduser -D -G web app
COPY --chown=0:web src /app
COPY --chown=0:web pages /pages
USER app
