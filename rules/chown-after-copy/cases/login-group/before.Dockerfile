FROM alpine:3.20
RUN addgroup -g 2002 web && adduser -D -G web app
COPY src /app
RUN chown -R app: /app
USER app
