FROM alpine:3.20
COPY *.sh /usr/local/bin/
ENTRYPOINT ["start.sh"]
