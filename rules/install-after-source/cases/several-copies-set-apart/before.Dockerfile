FROM node:20-alpine
WORKDIR /app

COPY package*.json ./
COPY src src
COPY server server
COPY public public

RUN npm ci
RUN mkdir -p .config
