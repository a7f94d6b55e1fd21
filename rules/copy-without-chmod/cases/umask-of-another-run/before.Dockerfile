FROM alpine:3.20
RUN adduser -D app
COPY run.sh /run.sh
RUN umask 077
RUN chmod +x /run.sh
USER app
CMD ["/run.sh"]
