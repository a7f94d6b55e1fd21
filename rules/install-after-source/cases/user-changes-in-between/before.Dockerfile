FROM node:20-slim
WORKDIR /app
COPY --chown=node . .
USER node
RUN npm ci
