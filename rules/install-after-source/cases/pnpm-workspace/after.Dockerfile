FROM node:20-slim
WORKDIR /app
COPY pnpm-workspace.yaml package.json pnpm-lock.yaml ./
COPY packages/api/package.json ./packages/api/
RUN pnpm install --frozen-lockfile
COPY . .
CMD ["node", "src/index.js"]
