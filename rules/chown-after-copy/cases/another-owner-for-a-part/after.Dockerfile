FROM alpine:3.20
RUN adduser -D app
RUN addgroup -g 2002 web
COPY --chown=app:app src /app
RUN chown -R app:web /app/public
USER app
