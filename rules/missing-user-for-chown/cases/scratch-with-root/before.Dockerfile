FROM scratch
COPY --chown=root:root notes.txt /notes.txt
CMD ["/notes.txt"]
