FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
COPY . .
RUN chmod 755 /app/sub /app/sub/settings && chmod 644 /app/sub/settings/port.json
USER app
CMD ["cat", "sub/settings/port.json"]
