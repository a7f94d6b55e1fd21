FROM node:20-alpine
ARG WHO=node
USER $WHO
ARG WHO=root
COPY run.sh data.txt /srv/
CMD ["/srv/run.sh"]
