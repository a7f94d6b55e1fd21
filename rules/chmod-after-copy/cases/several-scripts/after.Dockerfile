FROM alpine:3.20
COPY --chmod=755 start.sh stop.sh /usr/local/bin/
CMD ["start.sh"]
