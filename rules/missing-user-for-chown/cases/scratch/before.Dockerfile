FROM scratch
COPY --chown=app notes.txt /notes.txt
CMD ["/notes.txt"]
