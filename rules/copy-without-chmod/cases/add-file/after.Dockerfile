FROM alpine:3.20
ADD run.sh /app/
RUN chmod 755 /app/run.sh
ENTRYPOINT ["/app/run.sh"]
