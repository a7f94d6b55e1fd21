FROM node:20-alpine
WORKDIR /app
COPY . .
RUN chown -R node:node /app
USER node
CMD ["cat", "config/a.json"]
