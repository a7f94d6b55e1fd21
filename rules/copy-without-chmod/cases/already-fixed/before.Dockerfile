FROM node:20-slim
WORKDIR /app
COPY config.json run.sh ./
RUN chmod 755 /app/run.sh && chmod 644 /app/config.json
USER node
CMD ["./run.sh"]
