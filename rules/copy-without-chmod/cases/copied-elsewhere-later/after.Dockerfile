FROM alpine:3.20
COPY run.sh /app/run.sh
RUN chmod 755 /app/run.sh
RUN mkdir -p /backup && cp /app/run.sh /backup/run.sh
ENTRYPOINT ["/app/run.sh"]
