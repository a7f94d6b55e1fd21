FROM node:20-alpine
WORKDIR /app
USER node
ONBUILD COPY start.sh /app/
ONBUILD RUN chmod +x /app/start.sh
CMD ["/app/start.sh"]
