FROM node:20-alpine
WORKDIR /srv
COPY app.yaml /etc/app/app.yaml
COPY server.js .
RUN chmod 644 /etc/app/app.yaml
USER node
CMD ["node", "server.js"]
