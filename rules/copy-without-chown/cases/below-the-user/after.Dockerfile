FROM node:20-alpine
WORKDIR /srv
USER node
COPY --chown=node:node package.json state.json ./
COPY --chown=node:node views views/
CMD ["cat", "state.json"]
