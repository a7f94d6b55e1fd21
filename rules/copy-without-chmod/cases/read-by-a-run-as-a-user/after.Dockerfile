FROM node:20-alpine
COPY list.txt /list.txt
RUN chmod 644 /list.txt
USER node
RUN cat /list.txt > /tmp/out
USER root
CMD ["cat", "/tmp/out"]
