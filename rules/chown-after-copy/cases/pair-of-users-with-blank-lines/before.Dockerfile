FROM alpine:3.20
RUN adduser -D app
USER app
COPY src /app

USER root

# The program writes beside itself.
RUN chown -R app:app /app

USER app

CMD ["cat", "/app/a.txt"]
