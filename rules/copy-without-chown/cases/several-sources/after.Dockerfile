FROM node:20-alpine
WORKDIR /srv
COPY --chown=node:node package.json package-lock.json \
    # what runs
    server.js \

    ./
USER node
