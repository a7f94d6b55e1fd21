FROM node:20-alpine AS one
COPY server.js /srv/
USER 0:1000

FROM node:20-alpine
COPY server.js /srv/
USER root:node
