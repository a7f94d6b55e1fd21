FROM node:20-alpine
COPY list.txt /list.txt
RUN cat /list.txt > /tmp/out
CMD ["cat", "/tmp/out"]
