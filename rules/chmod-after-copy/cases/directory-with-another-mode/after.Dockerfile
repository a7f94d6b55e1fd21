FROM alpine:3.20
RUN adduser -D -G www-data app
COPY --chown=0:www-data --chmod=750 scripts /scripts
RUN chmod 750 /scripts
USER app
ENTRYPOINT ["/scripts/start.sh"]
