FROM alpine:3.20
COPY *.sh /usr/local/bin/
RUN chmod 755 /usr/local/bin/start.sh
ENTRYPOINT ["start.sh"]
