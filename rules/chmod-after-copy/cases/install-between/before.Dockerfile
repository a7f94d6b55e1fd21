FROM node:20-slim
WORKDIR /app
COPY . .
RUN npm ci
RUN chmod -R 755 /app
CMD ["node", "server.js"]
