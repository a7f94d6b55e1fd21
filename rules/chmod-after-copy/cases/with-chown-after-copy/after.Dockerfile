FROM alpine:3.20
RUN adduser -D app
COPY --chown=app:app --chmod=755 scripts /scripts
ENTRYPOINT ["/scripts/a.sh"]
