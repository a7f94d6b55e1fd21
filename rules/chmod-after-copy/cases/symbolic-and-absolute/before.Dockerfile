FROM alpine:3.20
COPY entrypoint.sh /entrypoint.sh
RUN chmod u=rwx,go=rx /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
