FROM alpine:3.20
COPY notes.txt /notes.txt
USER app
CMD ["cat", "/notes.txt"]
