FROM node:20-alpine
WORKDIR /srv
RUN addgroup --system --gid 1001 nodejs && adduser --system --uid 1001 nextjs
COPY --chown=nextjs:nodejs public ./public
COPY --chown=nextjs:nodejs server.js ./
USER nextjs
