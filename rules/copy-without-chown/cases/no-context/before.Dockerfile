FROM node:20-alpine
WORKDIR /srv
COPY package.json server.js ./
USER node
