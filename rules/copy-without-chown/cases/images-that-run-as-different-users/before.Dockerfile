FROM node:20-alpine AS base
RUN adduser -D -u 1001 worker
COPY app.js /srv/

FROM base AS web
USER node
CMD ["cat", "/srv/app.js"]

FROM base AS jobs
USER worker
CMD ["cat", "/srv/app.js"]
