FROM node:20-slim
WORKDIR /app
COPY . .
RUN npm install left-pad
CMD ["node", "src/index.js"]
