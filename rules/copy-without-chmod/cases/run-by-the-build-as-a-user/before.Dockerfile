FROM node:20-alpine
WORKDIR /app
COPY install.sh .
USER node
RUN ./install.sh
USER root
CMD ["cat", "/tmp/done"]
