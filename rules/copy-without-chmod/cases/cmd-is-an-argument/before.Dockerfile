FROM alpine:3.20
COPY sum.sh /usr/local/bin/sum.sh
COPY data.sh /data.sh
ENTRYPOINT ["sum.sh"]
CMD ["/data.sh"]
