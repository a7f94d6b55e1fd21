FROM node:20-slim
WORKDIR /app
COPY start.sh ./
ENTRYPOINT ["dumb-init", "--", "env", "NODE_ENV=production", "./start.sh"]
