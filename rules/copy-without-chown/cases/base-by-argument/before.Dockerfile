ARG BASE=node:20-alpine
FROM ${BASE}
COPY server.js /srv/
USER node
