FROM alpine:3.20
COPY entrypoint.sh /entrypoint.sh
RUN chmod +x /entrypoint.sh
COPY healthcheck.sh /healthcheck.sh
HEALTHCHECK CMD ["/healthcheck.sh"]
ENTRYPOINT ["/entrypoint.sh"]
