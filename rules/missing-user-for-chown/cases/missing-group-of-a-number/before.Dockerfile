FROM alpine:3.20
COPY --chown=1234:web notes.txt /srv/
CMD ["cat", "/srv/notes.txt"]
