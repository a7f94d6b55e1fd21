FROM node:20-slim AS base
WORKDIR /app
COPY docker-entrypoint.sh /usr/local/bin/
RUN chmod 755 /usr/local/bin/docker-entrypoint.sh

FROM base
ENTRYPOINT ["docker-entrypoint.sh"]
