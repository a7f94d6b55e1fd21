FROM node:20-alpine AS build
WORKDIR /srv
RUN mkdir dist && echo page >dist/index.html && chown -R node:node /srv

FROM node:20-alpine
COPY --from=build /srv/dist /srv/dist
USER node
CMD ["cat", "/srv/dist/index.html"]
