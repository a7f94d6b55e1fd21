FROM node:20-alpine
WORKDIR /srv
COPY server.js ./
COPY uploads uploads/
USER node
