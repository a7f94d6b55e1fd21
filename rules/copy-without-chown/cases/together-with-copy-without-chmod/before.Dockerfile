FROM node:20-alpine
WORKDIR /srv
COPY config.json run.sh ./
USER node
ENTRYPOINT ["./run.sh"]
