FROM alpine:3.20
COPY docker/entrypoint.sh /entrypoint.sh
COPY docker/healthcheck.sh /healthcheck.sh
RUN chmod 755 /entrypoint.sh /healthcheck.sh
HEALTHCHECK CMD ["/healthcheck.sh"]
ENTRYPOINT ["/entrypoint.sh"]
