FROM alpine:3.20
COPY start.sh /start.sh
CMD ["/start.sh"]
