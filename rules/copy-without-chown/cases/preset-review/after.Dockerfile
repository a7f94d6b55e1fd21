FROM node:20-alpine
WORKDIR /srv
COPY server.js ./
COPY --chown=node:node uploads uploads/
USER node
