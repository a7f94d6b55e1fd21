FROM node:20-alpine
# dockfix: ignore[copy-without-chown] code stays root's
COPY server.js /srv/
COPY --chown=node:node state.txt /srv/
USER node
