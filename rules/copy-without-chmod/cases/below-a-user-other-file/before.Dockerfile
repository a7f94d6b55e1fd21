FROM node:20-slim
WORKDIR /app
USER node
COPY run.sh data.txt ./
CMD ["./run.sh"]
