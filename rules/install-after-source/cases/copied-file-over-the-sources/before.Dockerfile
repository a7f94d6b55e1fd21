FROM node:20-slim
WORKDIR /app
COPY . .
COPY config/prod.npmrc .npmrc
RUN npm ci
CMD ["node", "src/index.js"]
