FROM node:20-slim
WORKDIR /app
RUN chown node /app
USER node
COPY --chown=node:node . .
RUN npm ci
