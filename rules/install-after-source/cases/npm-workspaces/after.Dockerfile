FROM node:20-slim
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/api/package.json ./packages/api/
COPY packages/web/package.json ./packages/web/
RUN npm ci
COPY . .
CMD ["node", "src/index.js"]
