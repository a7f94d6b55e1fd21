FROM node:20
WORKDIR /app
COPY . .
COPY .git/ /app/.git/
