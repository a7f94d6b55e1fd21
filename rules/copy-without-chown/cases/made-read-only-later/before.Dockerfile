FROM alpine:3.20
RUN adduser -D -u 1001 app
COPY code /app/code
RUN chmod -R a-w /app
USER app
