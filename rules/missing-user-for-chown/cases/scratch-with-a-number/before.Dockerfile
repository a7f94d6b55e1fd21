FROM scratch
COPY --chown=1001:1001 notes.txt /notes.txt
USER 1001
CMD ["/notes.txt"]
