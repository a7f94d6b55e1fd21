FROM node:20-alpine
WORKDIR /srv
COPY package.json server.js ./
COPY lib lib/
COPY --chown=node:node uploads uploads/
COPY --chown=node:node seed.sqlite3 store/
COPY --chown=node:node cache/index.json public/cache/index.json
USER node
