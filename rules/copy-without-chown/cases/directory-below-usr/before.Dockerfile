FROM node:20-alpine
WORKDIR /usr/src/app
COPY server.js ./
COPY site /usr/local/tomcat/webapps/site
USER node
