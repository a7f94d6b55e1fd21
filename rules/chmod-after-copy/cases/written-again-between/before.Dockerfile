FROM alpine:3.20
COPY entrypoint.sh /entrypoint.sh
COPY better.sh /entrypoint.sh
RUN chmod 755 /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
