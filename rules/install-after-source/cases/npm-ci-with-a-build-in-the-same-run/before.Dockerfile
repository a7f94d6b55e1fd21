FROM node:20-slim
WORKDIR /app
COPY . .
# Installs and builds.
RUN npm ci \
    && npm run build \
    && npm prune --omit=dev
