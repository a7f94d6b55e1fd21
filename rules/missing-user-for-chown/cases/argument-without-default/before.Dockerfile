FROM alpine:3.20
ARG OWNER
COPY --chown=$OWNER notes.txt /notes.txt
CMD ["cat", "/notes.txt"]
