FROM alpine:3.20
COPY --chown=${OWNER} notes.txt /notes.txt
USER $OWNER
CMD ["cat", "/notes.txt"]
