FROM alpine:3.20
RUN addgroup -S web && adduser -S -G web app
COPY --chown=app:web notes.txt /notes.txt
USER app:web
CMD ["cat", "/notes.txt"]
