FROM node:20-slim
WORKDIR /app
COPY . .
RUN chmod -R go+rX .
USER node
CMD ["cat", "config/a.json"]
