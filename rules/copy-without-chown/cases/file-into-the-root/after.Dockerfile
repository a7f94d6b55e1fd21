FROM node:20-alpine
COPY --chown=node:node entrypoint.sh /
USER node
ENTRYPOINT ["/entrypoint.sh"]
