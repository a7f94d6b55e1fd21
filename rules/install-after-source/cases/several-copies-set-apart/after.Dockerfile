FROM node:20-alpine
WORKDIR /app

COPY package*.json ./

RUN npm ci

COPY src src
COPY server server
COPY public public
RUN mkdir -p .config
