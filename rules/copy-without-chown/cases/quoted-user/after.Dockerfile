FROM node:20-alpine
COPY --chown=node:node server.js /srv/
USER "node"
