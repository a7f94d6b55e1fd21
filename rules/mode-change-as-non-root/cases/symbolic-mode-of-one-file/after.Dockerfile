FROM node:20-alpine
WORKDIR /app
USER node
COPY --chmod=755 entrypoint.sh ./
ENTRYPOINT ["./entrypoint.sh"]
