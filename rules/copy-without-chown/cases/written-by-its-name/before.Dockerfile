FROM node:20-alpine
WORKDIR /srv
COPY package.json server.js ./
COPY lib lib/
COPY uploads uploads/
COPY seed.sqlite3 store/
COPY cache/index.json public/cache/index.json
USER node
