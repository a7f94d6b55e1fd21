FROM alpine:3.20
RUN adduser -D -u 1234 app
COPY --chown=app:web notes.txt /srv/
CMD ["cat", "/srv/notes.txt"]
