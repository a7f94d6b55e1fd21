FROM alpine:3.20
COPY run.sh /app/run.sh
RUN if [ -f /app/run.sh ]; then chmod +x /app/run.sh; fi
ENTRYPOINT ["/app/run.sh"]
