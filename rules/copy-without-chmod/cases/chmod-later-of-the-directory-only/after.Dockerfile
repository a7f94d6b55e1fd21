FROM alpine:3.20
COPY run.sh /app/run.sh
RUN chmod 755 /app/run.sh
RUN chmod 755 /app
ENTRYPOINT ["/app/run.sh"]
