FROM node:20-alpine
ADD site.tar.gz /srv/
USER node
