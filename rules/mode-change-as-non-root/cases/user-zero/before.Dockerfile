FROM alpine:3.20
USER 0:0
COPY run.sh /run.sh
RUN chmod +x /run.sh
CMD ["/run.sh"]
