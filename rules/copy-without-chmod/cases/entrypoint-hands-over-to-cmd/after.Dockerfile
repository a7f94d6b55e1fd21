FROM alpine:3.20
COPY docker-entrypoint.sh /usr/local/bin/
COPY server.sh /app/server.sh
RUN chmod 755 /app/server.sh
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["/app/server.sh"]
