FROM node:20-slim
WORKDIR /app
COPY . .
USER 1001
CMD ["node", "index.js"]
