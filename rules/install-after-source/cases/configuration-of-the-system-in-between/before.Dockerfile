FROM node:20-slim
WORKDIR /app
COPY . .
COPY config/npmrc /usr/local/etc/npmrc
RUN npm ci
CMD ["node", "src/index.js"]
