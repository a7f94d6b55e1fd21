FROM node:20-alpine
WORKDIR /srv
COPY package.json package-lock.json \
    # what runs
    server.js \

    ./
USER node
