ARG BASE=node:20-alpine
FROM ${BASE}
COPY --chown=node server.js /srv/
USER node
