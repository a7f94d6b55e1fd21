FROM node:20-alpine
WORKDIR /srv
COPY --chown=node:node . .
RUN sh build.sh
USER node
