FROM node:20-slim
WORKDIR /app
COPY . .
RUN npm ci --ignore-scripts
CMD ["node", "src/index.js"]
