FROM node:16-alpine
COPY --chown=node:node . /srv/app
WORKDIR /srv/app
RUN npm ci
USER node
