FROM node:20-alpine
WORKDIR /srv
COPY . .
RUN make
USER node
