FROM alpine:3.20
WORKDIR /app
COPY data.txt /app/
COPY entrypoint.sh /app/entrypoint.sh
RUN chmod 755 /app/entrypoint.sh
ENTRYPOINT ["/app/entrypoint.sh"]
