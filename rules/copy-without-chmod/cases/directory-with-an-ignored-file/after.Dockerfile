FROM alpine:3.20
RUN adduser -D app
COPY config /app/config
RUN chmod 644 /app/config/a.json /app/config/b.json
USER app
CMD ["cat", "/app/config/a.json"]
