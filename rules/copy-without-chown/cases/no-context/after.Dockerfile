FROM node:20-alpine
WORKDIR /srv
COPY --chown=node:node package.json server.js ./
USER node
