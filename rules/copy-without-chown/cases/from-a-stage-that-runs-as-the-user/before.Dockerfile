FROM node:20-alpine AS build
WORKDIR /srv
RUN chown node:node .
USER node
RUN mkdir dist && echo page >dist/index.html

FROM node:20-alpine
COPY --from=build /srv/dist /srv/dist
USER node
