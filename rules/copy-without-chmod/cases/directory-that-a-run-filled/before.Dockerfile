FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
RUN mkdir config && echo key > config/tls.key && chmod 600 config/tls.key
COPY config config
USER app
CMD ["cat", "config/a.json"]
