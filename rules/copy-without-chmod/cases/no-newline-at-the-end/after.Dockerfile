FROM alpine:3.20
ENTRYPOINT ["/run.sh"]
COPY run.sh /run.sh
RUN chmod 755 /run.sh