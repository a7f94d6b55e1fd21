FROM alpine:3.20
WORKDIR /app
COPY --chmod=755 scripts .
RUN umask 077 && mkdir logs
RUN chmod 755 /app /app/logs
ENTRYPOINT ["/app/start.sh"]
