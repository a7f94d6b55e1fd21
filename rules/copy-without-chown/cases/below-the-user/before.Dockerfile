FROM node:20-alpine
WORKDIR /srv
USER node
COPY package.json state.json ./
COPY views views/
CMD ["cat", "state.json"]
