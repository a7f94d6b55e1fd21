FROM node:20-alpine
COPY server.key /srv/server.key
USER node
