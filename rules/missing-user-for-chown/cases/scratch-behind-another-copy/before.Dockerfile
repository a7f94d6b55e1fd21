FROM scratch
COPY notes.txt /notes.txt
COPY --chown=app notes.txt /own.txt
CMD ["/notes.txt"]
