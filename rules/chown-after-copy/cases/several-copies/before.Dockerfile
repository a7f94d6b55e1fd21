FROM node:20-alpine
COPY package.json package-lock.json /app/
COPY src /app/src
COPY run.sh /app/
RUN chown -R node:node /app
USER node
CMD ["/app/run.sh"]
