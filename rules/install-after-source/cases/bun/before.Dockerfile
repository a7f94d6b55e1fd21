FROM node:20-slim
WORKDIR /app
COPY . .
RUN bun install --frozen-lockfile --ignore-scripts
CMD ["node", "src/index.js"]
