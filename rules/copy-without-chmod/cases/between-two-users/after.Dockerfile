FROM node:20-alpine
USER node
RUN id
USER root
COPY app.yaml /etc/app.yaml
RUN chmod 644 /etc/app.yaml
USER node
CMD ["cat", "/etc/app.yaml"]
