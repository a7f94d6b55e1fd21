FROM node:20-slim AS base
WORKDIR /app
COPY docker-entrypoint.sh /usr/local/bin/

FROM base
ENTRYPOINT ["docker-entrypoint.sh"]
