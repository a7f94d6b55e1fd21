FROM alpine:3.20
COPY --chown=root:root notes.txt /notes.txt
USER root
CMD ["cat", "/notes.txt"]
