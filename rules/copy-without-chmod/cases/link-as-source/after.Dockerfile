FROM alpine:3.20
COPY start.sh /start.sh
RUN chmod 755 /start.sh
CMD ["/start.sh"]
