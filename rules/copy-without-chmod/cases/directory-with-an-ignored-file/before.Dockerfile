FROM alpine:3.20
RUN adduser -D app
COPY config /app/config
USER app
CMD ["cat", "/app/config/a.json"]
