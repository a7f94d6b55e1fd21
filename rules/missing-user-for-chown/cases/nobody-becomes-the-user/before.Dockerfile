FROM alpine:3.20
USER app
COPY notes.txt /notes.txt
USER root
RUN adduser -D app
USER app
CMD ["cat", "/notes.txt"]
