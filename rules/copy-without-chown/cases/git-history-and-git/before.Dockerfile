FROM node:20
WORKDIR /srv
COPY . .
RUN git rev-parse HEAD >/srv/version
USER node
