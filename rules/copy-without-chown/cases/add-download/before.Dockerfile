FROM node:20-alpine
ADD https://example.com/model.bin /srv/model.bin
USER node
