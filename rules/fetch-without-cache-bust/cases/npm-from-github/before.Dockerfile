FROM node:22
RUN npm install -g github:example/tool
WORKDIR /src
