FROM node:20-alpine AS build
WORKDIR /srv
COPY . .
USER node
RUN cat server.js

FROM nginx:1.27-alpine
COPY --from=build /srv/server.js /srv/server.js
