FROM node:20-alpine
COPY entrypoint.sh /usr/local/bin/
COPY app.conf /etc/app/app.conf
COPY libhook.so /usr/lib/
USER node
ENTRYPOINT ["entrypoint.sh"]
