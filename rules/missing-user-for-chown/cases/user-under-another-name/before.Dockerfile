FROM node:20-alpine
COPY --chown=nodejs:nodejs index.js /app/
USER node
CMD ["ls", "-ln", "/app/index.js"]
