FROM node:20-alpine
WORKDIR /srv
COPY app.yaml /etc/app/app.yaml
COPY server.js .
USER node
CMD ["node", "server.js"]
