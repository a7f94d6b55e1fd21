FROM node:20
COPY . /app
RUN cd /app && git describe > version
