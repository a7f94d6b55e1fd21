FROM node:20
COPY src /app
RUN sudo -u node touch /app/mine || touch /not-allowed
RUN chown -R node:node /app
USER node
