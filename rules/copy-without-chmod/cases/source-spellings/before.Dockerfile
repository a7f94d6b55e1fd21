FROM alpine:3.20
COPY ./start.sh ./scripts/../check.sh /app/
HEALTHCHECK CMD ["/app/check.sh"]
CMD ["/app/start.sh"]
