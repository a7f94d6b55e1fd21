FROM node:20-alpine
COPY --from=registry.example.com/team/base:1 --chown=node:node /usr/local/bin /srv/assets
COPY --from=registry.example.com/team/base:1 /bin/busybox /usr/local/bin/tool
USER node
