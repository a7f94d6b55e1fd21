FROM node:20-alpine
WORKDIR /home/node/app
USER node
COPY . .
RUN cat package.json >/tmp/seen
CMD ["cat", "package.json"]
