FROM alpine:3.20
COPY check.sh run.sh /app/
RUN chmod +x /app/check.sh
HEALTHCHECK CMD ["/app/check.sh"]
ENTRYPOINT ["/app/run.sh"]
