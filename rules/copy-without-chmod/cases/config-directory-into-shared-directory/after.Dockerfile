FROM node:20-alpine
WORKDIR /app
RUN echo secret > /app/token && chmod 600 /app/token
COPY config/ ./
RUN chmod 644 /app/db.json /app/log.json
USER node
CMD ["cat", "/app/db.json"]
