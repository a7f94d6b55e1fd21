FROM alpine:3.20
RUN adduser -D app
COPY bin/ /app/bin/
USER app
RUN chmod +x /app/bin/*.sh
CMD ["/app/bin/run.sh"]
