FROM node:20-alpine
WORKDIR /app
COPY . .
RUN chown -R node:node /app
USER node
CMD ["sh", "-c", "echo written > state && cat state"]
