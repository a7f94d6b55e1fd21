FROM node:20-slim
WORKDIR /app
COPY --chown=node:node run.sh .
USER node
CMD ["./run.sh"]
