FROM node:20-alpine
COPY --chmod=755 --chown=node:node run.sh /srv/
USER node
ENTRYPOINT ["/srv/run.sh"]
