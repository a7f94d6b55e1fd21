FROM node:20-alpine
ARG APP_HOME=/srv/app
COPY server.js ${APP_HOME}/
USER node
