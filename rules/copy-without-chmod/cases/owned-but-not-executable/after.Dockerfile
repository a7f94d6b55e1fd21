FROM node:20-slim
WORKDIR /app
COPY --chown=node:node run.sh .
RUN chmod 755 /app/run.sh
USER node
CMD ["./run.sh"]
