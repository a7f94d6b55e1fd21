FROM node:20-slim
WORKDIR /app
USER node
COPY run.sh app.yaml ./
USER root
RUN chmod 755 /app/run.sh && chmod 644 /app/app.yaml
USER node
CMD ["./run.sh"]
