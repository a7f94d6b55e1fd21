FROM alpine:3.20
RUN adduser -D app
COPY entrypoint.sh /entrypoint.sh
RUN chmod +x /entrypoint.sh
USER app
ENTRYPOINT ["/entrypoint.sh"]
