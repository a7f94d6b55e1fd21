FROM alpine:3.20
COPY entrypoint.sh /entrypoint.sh
RUN mkdir /data; chmod 755 /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
