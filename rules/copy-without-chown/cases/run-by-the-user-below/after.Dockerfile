FROM node:20-alpine
WORKDIR /home/node/app
USER node
COPY --chown=node:node . .
RUN cat package.json >/tmp/seen
CMD ["cat", "package.json"]
