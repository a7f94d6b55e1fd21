FROM alpine:3.20
RUN mkdir -p /app && touch /app/run.sh && chmod 755 /app/run.sh
COPY run.sh /app/run.sh
RUN chmod 755 /app/run.sh
ENTRYPOINT ["/app/run.sh"]
