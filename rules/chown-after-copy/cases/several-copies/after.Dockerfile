FROM node:20-alpine
COPY --chown=node:node package.json package-lock.json /app/
COPY --chown=node:node src /app/src
COPY --chown=node:node run.sh /app/
USER node
CMD ["/app/run.sh"]
