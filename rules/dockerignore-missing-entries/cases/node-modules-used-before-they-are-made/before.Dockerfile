FROM node:20-slim
WORKDIR /app
COPY . .
RUN node_modules/.bin/check
RUN npm ci
