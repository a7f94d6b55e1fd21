FROM node:22
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN npm install -g github:example/tool
WORKDIR /src
