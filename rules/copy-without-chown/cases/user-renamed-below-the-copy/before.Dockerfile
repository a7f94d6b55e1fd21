FROM node:20-alpine
COPY server.js /srv/
RUN deluser node && adduser -D -u 1234 node
USER node
