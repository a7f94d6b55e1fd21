FROM alpine:3.20
WORKDIR /app
COPY scripts .
RUN umask 077 && mkdir logs
RUN chmod -R 755 /app
ENTRYPOINT ["/app/start.sh"]
