FROM alpine:3.20
COPY --chmod=755 entrypoint.sh /entrypoint.sh
COPY --chmod=755 healthcheck.sh /healthcheck.sh
HEALTHCHECK CMD ["/healthcheck.sh"]
ENTRYPOINT ["/entrypoint.sh"]
