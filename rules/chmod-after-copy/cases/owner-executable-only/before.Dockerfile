FROM alpine:3.20
COPY run.sh /run.sh
RUN chmod u+x /run.sh
CMD ["/run.sh"]
