FROM node:20-slim
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci && npm run build
CMD ["node", "src/index.js"]
