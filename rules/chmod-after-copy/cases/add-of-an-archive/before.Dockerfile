FROM alpine:3.20
ADD scripts.tar.gz /scripts
RUN chmod -R 755 /scripts
ENTRYPOINT ["/entrypoint.sh"]
