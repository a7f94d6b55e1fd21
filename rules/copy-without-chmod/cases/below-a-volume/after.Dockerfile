FROM alpine:3.20
VOLUME /data
COPY --chmod=755 run.sh /data/run.sh
CMD ["/data/run.sh"]
