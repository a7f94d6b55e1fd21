FROM node:20-alpine
WORKDIR /srv
COPY --chown=node:node . .
RUN mkdir -p /cache && chmod 755 run.sh && ln -s /srv/run.sh /run.sh
USER node
