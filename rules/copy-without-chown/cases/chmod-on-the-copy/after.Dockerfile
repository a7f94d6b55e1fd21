FROM node:20-alpine
COPY --chown=node:node --chmod=755 run.sh /srv/
USER node
ENTRYPOINT ["/srv/run.sh"]
