FROM node:20-alpine
COPY --chmod=4755 helper /srv/bin/helper
USER node
