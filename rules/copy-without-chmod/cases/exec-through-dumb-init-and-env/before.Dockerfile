FROM node:20-slim
RUN ln -s /usr/bin/env /usr/bin/dumb-init
WORKDIR /app
COPY start.sh ./
ENTRYPOINT ["dumb-init", "--", "env", "NODE_ENV=production", "./start.sh"]
