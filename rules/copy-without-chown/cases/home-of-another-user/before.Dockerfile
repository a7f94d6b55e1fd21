FROM node:20-alpine
RUN adduser -D -u 1001 app
COPY npmrc /home/node/.npmrc
COPY profile /home/app/.profile
USER app
