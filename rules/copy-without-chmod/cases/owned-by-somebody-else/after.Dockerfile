FROM node:20-slim
WORKDIR /app
COPY --chown=www-data app.yaml .
RUN chmod 644 /app/app.yaml
USER node
CMD ["cat", "app.yaml"]
