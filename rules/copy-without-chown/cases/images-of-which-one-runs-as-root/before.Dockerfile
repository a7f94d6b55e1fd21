FROM node:20-alpine AS base
WORKDIR /srv
COPY server.js ./

FROM base AS development
CMD ["sh"]

FROM base AS production
USER node
CMD ["cat", "server.js"]
