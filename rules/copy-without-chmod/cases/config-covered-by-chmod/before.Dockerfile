FROM node:20-alpine
WORKDIR /app
COPY . .
RUN chmod -R go+rX .
USER node
CMD ["cat", "config/a.json"]
