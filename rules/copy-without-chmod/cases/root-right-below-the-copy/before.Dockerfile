FROM node:20-alpine
USER node
COPY app.yaml run.sh /srv/
USER root
RUN mkdir /data
USER node
CMD ["/srv/run.sh"]
