FROM node:20-slim
WORKDIR /app
COPY . .
RUN pnpm install --frozen-lockfile
CMD ["node", "src/index.js"]
