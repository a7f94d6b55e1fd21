FROM node:20-slim
WORKDIR /app
COPY src/ ./src/
RUN chmod 644 /app/src/server/config/db.yaml
USER node
CMD ["node", "src/index.js"]
