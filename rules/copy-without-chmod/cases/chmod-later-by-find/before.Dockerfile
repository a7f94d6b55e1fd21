FROM alpine:3.20
COPY run.sh /app/run.sh
RUN find /app -name '*.sh' -exec chmod +x {} +
ENTRYPOINT ["/app/run.sh"]
