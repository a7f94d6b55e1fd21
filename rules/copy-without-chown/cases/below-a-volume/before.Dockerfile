FROM alpine:3.20
RUN adduser -D -u 1001 app
VOLUME /data
COPY seed/ /data/
USER app
