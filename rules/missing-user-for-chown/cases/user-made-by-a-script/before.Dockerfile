FROM alpine:3.20
COPY setup.sh /setup.sh
RUN sh /setup.sh
COPY --chown=app notes.txt /notes.txt
USER app
CMD ["cat", "/notes.txt"]
