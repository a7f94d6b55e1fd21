FROM node:20-slim
WORKDIR /srv/app
COPY app.yaml /srv/app
USER node
CMD ["cat", "app.yaml"]
