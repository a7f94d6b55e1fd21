FROM node:20-alpine AS base
COPY app.js /srv/

FROM base AS web
COPY state.txt /srv/web/
USER node
CMD ["cat", "/srv/app.js"]

FROM base AS jobs
USER node
CMD ["cat", "/srv/app.js"]
