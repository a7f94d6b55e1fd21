FROM node:20-slim
WORKDIR /app
USER node
COPY app.yaml other.yaml conf/
CMD ["cat", "conf/app.yaml"]
