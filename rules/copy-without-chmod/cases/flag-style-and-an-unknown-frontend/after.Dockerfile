# syntax=registry.example.com/tools/dockerfile:1
FROM alpine:3.20
COPY start.sh /start.sh
RUN chmod 755 /start.sh
ENTRYPOINT ["/start.sh"]
