FROM node:20-slim
WORKDIR /app
COPY package.json package-lock.json ./
# Installs and builds.
RUN npm ci
COPY . .
RUN npm run build \
    && npm prune --omit=dev
