FROM alpine:3.20
COPY check.sh run.sh /app/
RUN chmod 755 /app/run.sh
RUN chmod +x /app/check.sh
HEALTHCHECK CMD ["/app/check.sh"]
ENTRYPOINT ["/app/run.sh"]
