FROM node:20-alpine
COPY . /srv/app
WORKDIR /srv/app
RUN npm ci
USER node
