FROM node:20-slim
WORKDIR /app
COPY package.json package-lock.json ./
COPY config/npmrc /usr/local/etc/npmrc
RUN npm ci
COPY . .
CMD ["node", "src/index.js"]
