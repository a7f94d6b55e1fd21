FROM alpine:3.20
VOLUME /data
COPY run.sh /data/run.sh
CMD ["/data/run.sh"]
