FROM node:20-alpine
COPY index.js /opt/app/index.js
RUN date
COPY app.yaml /opt/app
RUN chmod 644 /opt/app/app.yaml
USER node
CMD ["cat", "/opt/app/app.yaml"]
