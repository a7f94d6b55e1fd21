# escape=`
FROM node:20-alpine
COPY --chown=node:node server.js `
  state.txt `
  /srv/
USER node
