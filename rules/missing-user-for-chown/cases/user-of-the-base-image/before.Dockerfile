FROM node:20-alpine
COPY --chown=node:node index.js /app/
USER node
CMD ["cat", "/app/index.js"]
