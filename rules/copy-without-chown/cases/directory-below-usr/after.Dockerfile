FROM node:20-alpine
WORKDIR /usr/src/app
COPY --chown=node:node server.js ./
COPY --chown=node:node site /usr/local/tomcat/webapps/site
USER node
