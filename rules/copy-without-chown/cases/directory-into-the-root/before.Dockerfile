FROM node:20-alpine
COPY rootfs /
COPY . .
USER node
