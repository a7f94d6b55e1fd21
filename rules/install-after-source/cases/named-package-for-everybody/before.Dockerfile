FROM node:20-slim
WORKDIR /app
COPY . .
RUN npm install -g pm2
CMD ["node", "src/index.js"]
