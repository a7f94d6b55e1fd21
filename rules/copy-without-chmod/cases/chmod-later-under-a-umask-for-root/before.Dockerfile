FROM alpine:3.20
COPY run.sh /run.sh
RUN umask 077 && chmod +x /run.sh
CMD ["/run.sh"]
