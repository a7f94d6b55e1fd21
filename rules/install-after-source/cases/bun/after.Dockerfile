FROM node:20-slim
WORKDIR /app
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile --ignore-scripts
COPY . .
CMD ["node", "src/index.js"]
