FROM alpine:3.20
RUN adduser -D app
COPY scripts /scripts
RUN chown -R app:app /scripts && chmod -R 755 /scripts
ENTRYPOINT ["/scripts/a.sh"]
