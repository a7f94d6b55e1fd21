FROM alpine:3.20
RUN adduser -D app
RUN deluser app
COPY --chown=app notes.txt /notes.txt
CMD ["cat", "/notes.txt"]
