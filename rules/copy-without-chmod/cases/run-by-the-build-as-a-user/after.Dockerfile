FROM node:20-alpine
WORKDIR /app
COPY install.sh .
RUN chmod 755 /app/install.sh
USER node
RUN ./install.sh
USER root
CMD ["cat", "/tmp/done"]
