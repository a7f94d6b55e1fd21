FROM node:20-alpine
WORKDIR /srv
COPY server.js ./
USER node
