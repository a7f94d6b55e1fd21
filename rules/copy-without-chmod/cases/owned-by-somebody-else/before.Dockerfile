FROM node:20-alpine
WORKDIR /app
COPY --chown=www-data:www-data app.yaml .
USER node
CMD ["cat", "app.yaml"]
