FROM node:20-slim
WORKDIR /app
RUN chown node /app
USER node
COPY --chown=node:node package.json package-lock.json ./
RUN npm ci
COPY --chown=node:node . .
