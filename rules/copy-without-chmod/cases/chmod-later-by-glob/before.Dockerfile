FROM alpine:3.20
COPY run.sh /app/run.sh
RUN chmod +x /app/*.sh
ENTRYPOINT ["/app/run.sh"]
