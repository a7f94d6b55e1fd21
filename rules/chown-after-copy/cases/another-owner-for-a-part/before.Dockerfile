FROM alpine:3.20
RUN adduser -D app
RUN addgroup -g 2002 web
COPY src /app
RUN chown -R app:app /app && chown -R app:web /app/public
USER app
