FROM alpine:3.20
ENV SCRIPTS=/scripts
COPY entrypoint.sh $SCRIPTS/entrypoint.sh
RUN chmod 755 "${SCRIPTS}/entrypoint.sh"
ENTRYPOINT ["/scripts/entrypoint.sh"]
