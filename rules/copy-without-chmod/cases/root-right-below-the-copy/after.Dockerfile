FROM node:20-alpine
USER node
COPY app.yaml run.sh /srv/
USER root
RUN chmod 755 /srv/run.sh && chmod 644 /srv/app.yaml
RUN mkdir /data
USER node
CMD ["/srv/run.sh"]
