FROM alpine:3.20
RUN adduser -D app
COPY --chmod=755 --chown=app:app scripts /scripts
ENTRYPOINT ["/scripts/a.sh"]
