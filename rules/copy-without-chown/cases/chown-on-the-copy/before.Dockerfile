FROM node:20-alpine
COPY --chown=node app.js /srv/
COPY --chown=root:root state.txt /srv/
COPY --chown=${OWNER:-node} other.txt /srv/
USER node
