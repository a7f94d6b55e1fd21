FROM node:20-alpine
WORKDIR /srv
ONBUILD COPY --chown=node:node . .
USER node
CMD ["cat", "server.js"]
