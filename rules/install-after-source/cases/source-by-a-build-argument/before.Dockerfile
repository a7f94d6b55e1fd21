FROM node:20-slim
WORKDIR /app
ARG SRC=.
COPY $SRC .
RUN npm ci
CMD ["node", "src/index.js"]
