FROM node:22
RUN npm install -g github:example/tool#4f2ac1de90b7c3d1e5f60718293a4b5c6d7e8f90
WORKDIR /src
