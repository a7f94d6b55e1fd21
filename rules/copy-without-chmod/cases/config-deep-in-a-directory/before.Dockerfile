FROM node:20-slim
WORKDIR /app
COPY src/ ./src/
USER node
CMD ["node", "src/index.js"]
