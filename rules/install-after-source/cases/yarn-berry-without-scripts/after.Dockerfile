FROM node:20-slim
WORKDIR /app
COPY .yarnrc.yml package.json yarn.lock ./
COPY .yarn/releases/yarn-4.1.0.cjs ./.yarn/releases/
RUN yarn install --immutable
COPY . .
CMD ["node", "src/index.js"]
