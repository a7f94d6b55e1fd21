FROM node:20-alpine
WORKDIR /srv
USER node
COPY app.js ./
USER root
CMD ["cat", "app.js"]
