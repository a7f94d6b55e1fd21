FROM node:20-slim
WORKDIR /app
COPY . .
RUN --mount=type=bind,target=/app npm ci
CMD ["node", "src/index.js"]
