# escape=`
FROM node:20-alpine
COPY server.js `
  state.txt `
  /srv/
USER node
