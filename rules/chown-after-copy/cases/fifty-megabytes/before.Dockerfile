FROM alpine:3.20
RUN adduser -D app
COPY tree /tree
RUN chown -R app:app /tree
USER app
