FROM node:20-slim
COPY index.js /opt/app/index.js
RUN node --version || true
COPY app.yaml /opt/app
RUN chmod 644 /opt/app/app.yaml
USER node
CMD ["cat", "/opt/app/app.yaml"]
