FROM alpine:3.20
RUN adduser -D app
COPY entrypoint.sh /entrypoint.sh
RUN chmod 755 /entrypoint.sh && chown app:app /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
