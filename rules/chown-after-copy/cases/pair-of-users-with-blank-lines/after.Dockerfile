FROM alpine:3.20
RUN adduser -D app
USER app
# The program writes beside itself.
COPY --chown=app:app src /app

CMD ["cat", "/app/a.txt"]
