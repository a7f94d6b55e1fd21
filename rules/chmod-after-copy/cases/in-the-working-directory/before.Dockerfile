FROM alpine:3.20
WORKDIR /app
COPY start.sh .
RUN chmod +x start.sh
ENTRYPOINT ["/app/start.sh"]
