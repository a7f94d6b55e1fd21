FROM node:20-slim
WORKDIR /home/node
COPY . .
RUN chown -R node:node /home/node
USER node
