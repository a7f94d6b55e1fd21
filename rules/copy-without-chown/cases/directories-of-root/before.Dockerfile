FROM node:20-alpine
COPY netrc /root/.netrc
COPY jobs /var/spool/cron/crontabs/root
COPY lib.conf /usr/lib/app/lib.conf
COPY rights /etc/sudoers.d/node
COPY site /usr/share/nginx/html
USER node
