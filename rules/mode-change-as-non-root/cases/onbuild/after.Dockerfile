FROM node:20-alpine
WORKDIR /app
USER node
ONBUILD COPY start.sh /app/
ONBUILD USER root
ONBUILD RUN chmod +x /app/start.sh
ONBUILD USER node
CMD ["/app/start.sh"]
