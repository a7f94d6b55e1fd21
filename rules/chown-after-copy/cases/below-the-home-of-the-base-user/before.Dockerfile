FROM node:20-alpine
COPY . /home/node/app
RUN chown -R node:node /home/node/app
USER node
WORKDIR /home/node/app
CMD ["node", "server.js"]
