FROM alpine:3.20
COPY ./start.sh ./scripts/../check.sh /app/
RUN chmod 755 /app/check.sh /app/start.sh
HEALTHCHECK CMD ["/app/check.sh"]
CMD ["/app/start.sh"]
