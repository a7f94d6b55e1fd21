FROM node:20-alpine
WORKDIR /srv
COPY --chown=node:node config.json run.sh ./
RUN chmod 755 /srv/run.sh
USER node
ENTRYPOINT ["./run.sh"]
