FROM alpine:3.20
COPY entrypoint.sh /entrypoint.sh
RUN umask 0 && chmod +w /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
