FROM node:20-alpine
WORKDIR /srv
COPY --chown=node:node settings.json server.js ./
USER node
CMD ["cat", "/srv/settings.json"]
