FROM node:20-alpine
WORKDIR /app
RUN echo secret > /app/token && chmod 600 /app/token
COPY config/ ./
USER node
CMD ["cat", "/app/db.json"]
