FROM node:20-slim
WORKDIR /srv/app
COPY app.yaml /srv/app
RUN chmod 644 /srv/app/app.yaml
USER node
CMD ["cat", "app.yaml"]
