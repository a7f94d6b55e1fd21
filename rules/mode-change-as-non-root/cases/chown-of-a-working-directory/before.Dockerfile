FROM node:20-alpine
WORKDIR /app
USER node
COPY . .
RUN chown -R node:node /app
CMD ["sh", "-c", "echo written > state && cat state"]
