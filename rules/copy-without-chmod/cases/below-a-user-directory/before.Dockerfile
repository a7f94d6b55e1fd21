FROM node:20-slim
WORKDIR /app
USER node
COPY . .
CMD ["node", "index.js"]
