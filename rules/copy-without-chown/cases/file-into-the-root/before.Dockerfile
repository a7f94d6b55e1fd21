FROM node:20-alpine
COPY entrypoint.sh /
USER node
ENTRYPOINT ["/entrypoint.sh"]
