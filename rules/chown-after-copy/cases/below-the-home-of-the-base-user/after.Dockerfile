FROM node:20-alpine
COPY --chown=node:node . /home/node/app
USER node
WORKDIR /home/node/app
CMD ["node", "server.js"]
