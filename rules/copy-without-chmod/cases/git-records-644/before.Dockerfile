FROM alpine:3.20
COPY run.sh /run.sh
CMD ["/run.sh"]
