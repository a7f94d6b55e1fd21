FROM node:20-alpine
COPY --chmod=0555 run.sh /srv/
COPY --chmod=444 settings.json /srv/
USER node
ENTRYPOINT ["/srv/run.sh"]
