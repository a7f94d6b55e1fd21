FROM node:20-slim
WORKDIR /app
COPY config/default.yaml ./app.yaml
COPY config/production.yaml ./app.yaml
USER node
CMD ["cat", "app.yaml"]
