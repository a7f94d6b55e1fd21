FROM alpine:3.20
COPY entrypoint.sh /entrypoint.sh
RUN umask 077 && chmod a+x /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
