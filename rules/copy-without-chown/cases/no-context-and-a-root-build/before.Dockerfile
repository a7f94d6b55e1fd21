FROM node:20-alpine
WORKDIR /srv
COPY . .
RUN sh build.sh
USER node
