FROM node:20-alpine
WORKDIR /srv
COPY --chown=node:node . .
USER node
