FROM node:20-slim
WORKDIR /app
USER node
COPY run.sh data.txt ./
USER root
RUN chmod 755 /app/run.sh
USER node
CMD ["./run.sh"]
