FROM node:20-slim
WORKDIR /app
COPY package.json package-lock.json ./

# The server.
COPY src ./src

# What it serves.
COPY public ./public

RUN npm ci
CMD ["node", "src/index.js"]
