FROM node:20-slim
WORKDIR /app
COPY . .
RUN chmod 644 /app/appsettings.Production.json /app/config.json /app/deploy/settings/db.ini
USER node
CMD ["node", "index.js"]
