FROM node:20-alpine
USER node
WORKDIR /home/node/app
USER root
COPY --chown=node:node server.js ./
RUN cat server.js
USER node
