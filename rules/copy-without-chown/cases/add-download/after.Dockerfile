FROM node:20-alpine
ADD --chown=node:node https://example.com/model.bin /srv/model.bin
USER node
