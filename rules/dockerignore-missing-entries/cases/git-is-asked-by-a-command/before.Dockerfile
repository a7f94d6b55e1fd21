FROM node:20
WORKDIR /app
COPY . .
RUN echo "$(git describe --always)" > version
