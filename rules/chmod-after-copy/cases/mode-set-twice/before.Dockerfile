FROM alpine:3.20
COPY entrypoint.sh /entrypoint.sh
RUN chmod 600 /entrypoint.sh
RUN chmod u+x /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
