FROM node:20-alpine AS build
WORKDIR /src
COPY index.js package.json ./
RUN chmod 644 /src/package.json
USER node
RUN cat package.json index.js > /tmp/bundle.js

FROM node:20-alpine
COPY --from=build /tmp/bundle.js /app/bundle.js
CMD ["cat", "/app/bundle.js"]
