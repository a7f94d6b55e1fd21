FROM alpine:3.20
COPY start.sh /usr/local/bin/start
RUN chmod 755 /usr/local/bin/start
CMD ["start"]
