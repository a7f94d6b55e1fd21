FROM node:20-slim
WORKDIR /app
COPY . .
RUN npm install --ignore-scripts
CMD ["node", "src/index.js"]
