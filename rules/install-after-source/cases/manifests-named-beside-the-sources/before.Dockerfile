FROM node:20-alpine
WORKDIR /app
COPY package.json package-lock.json src ./
RUN npm ci
