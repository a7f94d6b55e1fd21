FROM node:20-slim
WORKDIR /app
COPY package.json .yarnrc yarn.lock ./
COPY .yarn/releases/yarn-1.22.19.js ./.yarn/releases/
RUN yarn install --frozen-lockfile --ignore-scripts
COPY . .
CMD ["node", "src/index.js"]
