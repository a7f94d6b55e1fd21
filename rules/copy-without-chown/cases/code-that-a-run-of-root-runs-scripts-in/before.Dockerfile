FROM node:16-alpine
COPY . /srv/app
WORKDIR /srv/app
RUN npm ci
USER node
