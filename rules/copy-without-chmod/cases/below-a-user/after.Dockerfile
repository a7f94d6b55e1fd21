FROM node:20-alpine
WORKDIR /app
USER node
COPY --chmod=644 app.yaml other.yaml conf/
CMD ["cat", "conf/app.yaml"]
