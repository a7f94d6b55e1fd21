FROM node:20-slim
WORKDIR /app
COPY . .
RUN chmod 644 /app/config.json /app/index.js
USER 1001
CMD ["node", "index.js"]
