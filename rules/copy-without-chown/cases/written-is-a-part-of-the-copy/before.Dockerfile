FROM node:20-alpine
WORKDIR /srv
COPY . .
VOLUME /srv/data
USER node
