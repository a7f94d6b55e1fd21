FROM node:20-alpine
COPY server.js /srv/
USER "node"
