FROM node:20-slim
WORKDIR /app
USER node
COPY run.sh app.yaml ./
CMD ["./run.sh"]
