FROM alpine:3.20
ENTRYPOINT ["/run.sh"]
COPY run.sh /run.sh