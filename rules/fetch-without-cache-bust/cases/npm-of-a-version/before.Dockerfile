FROM node:22
RUN npm install -g npm@latest
WORKDIR /src
