FROM node:20-slim
WORKDIR /app
COPY . .
RUN if [ -f package-lock.json ]; then npm ci; fi
CMD ["node", "src/index.js"]
