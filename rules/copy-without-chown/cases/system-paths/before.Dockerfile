FROM node:20-alpine
COPY entrypoint.sh /usr/local/bin/
COPY app.conf /etc/app/app.conf
COPY rights /etc/sudoers.d/node
COPY jobs /etc/cron.d/node
COPY netrc /root/.netrc
USER node
ENTRYPOINT ["entrypoint.sh"]
