FROM node:20-alpine
RUN adduser -D -u 1001 app
COPY npmrc /home/node/.npmrc
COPY --chown=app:app profile /home/app/.profile
USER app
