FROM node:20-slim
WORKDIR /app
USER node
COPY . .
USER root
RUN chmod 644 /app/config/a.json
USER node
CMD ["node", "index.js"]
