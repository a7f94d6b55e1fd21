FROM node:20-alpine
WORKDIR /srv
COPY --chown=node:node server.js ./
USER node
