FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
USER app
COPY entrypoint.sh /app/
RUN chmod 755 /app/entrypoint.sh
ENTRYPOINT ["/app/entrypoint.sh"]
