FROM alpine:3.20
RUN if ! id app; then adduser -D app; fi
COPY --chown=app notes.txt /notes.txt
USER app
CMD ["cat", "/notes.txt"]
