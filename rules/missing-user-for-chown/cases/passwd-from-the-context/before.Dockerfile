FROM alpine:3.20
COPY passwd /etc/passwd
COPY --chown=app notes.txt /notes.txt
USER app
CMD ["cat", "/notes.txt"]
