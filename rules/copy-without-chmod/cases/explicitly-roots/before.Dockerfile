FROM alpine:3.20
RUN adduser -D app
COPY --chown=root:root db.conf /db.conf
USER app
CMD ["cat", "/db.conf"]
