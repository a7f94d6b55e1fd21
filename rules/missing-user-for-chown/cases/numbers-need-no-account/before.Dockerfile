FROM alpine:3.20
COPY --chown=5000:6000 notes.txt /notes.txt
USER 5000:6000
CMD ["cat", "/notes.txt"]
