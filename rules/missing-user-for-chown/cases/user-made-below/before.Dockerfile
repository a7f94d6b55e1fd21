FROM node:20-alpine
WORKDIR /app
COPY --chown=app:app index.js .
RUN adduser -D app
USER app
CMD ["ls", "-ln", "/app/index.js"]
