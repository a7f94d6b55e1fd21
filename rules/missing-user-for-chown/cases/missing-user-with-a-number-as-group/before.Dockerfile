FROM alpine:3.20
ADD --chown=app:1234 notes.txt /srv/
CMD ["cat", "/srv/notes.txt"]
