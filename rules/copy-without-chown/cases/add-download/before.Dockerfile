FROM node:20-alpine
ADD http://127.0.0.1:48080/model.bin /srv/model.bin
USER node
