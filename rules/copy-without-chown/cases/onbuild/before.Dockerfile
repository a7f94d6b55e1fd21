FROM node:20-alpine
WORKDIR /srv
ONBUILD COPY . .
USER node
CMD ["cat", "server.js"]
