FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
RUN mkdir config
COPY config ./config
RUN chmod 644 /app/config/config
USER app
CMD ["cat", "config/config"]
