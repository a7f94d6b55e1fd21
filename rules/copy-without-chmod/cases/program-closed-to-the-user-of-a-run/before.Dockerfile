FROM node:20-alpine
COPY setup.sh /setup.sh
USER node
RUN /setup.sh
USER root
CMD ["echo", "done"]
