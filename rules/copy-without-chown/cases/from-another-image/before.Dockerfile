FROM node:20-alpine
COPY --from=registry.example.com/team/assets:1 /assets /srv/assets
COPY --from=registry.example.com/team/tools:1 /tool /usr/local/bin/tool
USER node
