FROM node:20
WORKDIR /app
COPY . .
RUN sh build.sh
