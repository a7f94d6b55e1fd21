FROM alpine:3.20
RUN adduser -D app
COPY bin/ /app/bin/
RUN chmod +x /app/bin/*.sh
USER app
CMD ["/app/bin/run.sh"]
