FROM alpine:3.20
ENV SCRIPTS=/scripts
COPY --chmod=755 entrypoint.sh $SCRIPTS/entrypoint.sh
ENTRYPOINT ["/scripts/entrypoint.sh"]
