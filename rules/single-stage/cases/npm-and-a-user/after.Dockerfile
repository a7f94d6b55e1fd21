FROM node:20-slim AS deps
ENV NODE_ENV=production
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
WORKDIR /home/node/app
COPY --chown=node:node package*.json ./
USER node
RUN npm ci --omit=dev

FROM deps AS app

COPY --chown=node:node . .
ENTRYPOINT ["tini", "--"]
CMD ["node", "index.js"]
