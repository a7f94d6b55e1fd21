FROM node:20-alpine
WORKDIR /srv
COPY . .
COPY --from=registry.example.com/team/assets:1 /assets ./assets
USER node
