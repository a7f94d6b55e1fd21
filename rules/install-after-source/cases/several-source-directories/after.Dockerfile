FROM node:20-slim
WORKDIR /app
COPY package.json package-lock.json ./

RUN npm ci

# The server.
COPY src ./src

# What it serves.
COPY public ./public
CMD ["node", "src/index.js"]
