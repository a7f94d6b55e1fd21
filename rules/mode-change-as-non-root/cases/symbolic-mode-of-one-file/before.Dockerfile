FROM node:20-alpine
WORKDIR /app
USER node
COPY entrypoint.sh ./
RUN chmod +x entrypoint.sh
ENTRYPOINT ["./entrypoint.sh"]
