FROM alpine:3.20
COPY run.sh /app/run.sh
RUN apk add --no-cache curl && \
    chmod +x /app/run.sh && \
    mkdir -p /data
ENTRYPOINT ["/app/run.sh"]
