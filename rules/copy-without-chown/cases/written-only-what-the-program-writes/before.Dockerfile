FROM alpine:3.20
RUN adduser -D -u 1001 app
WORKDIR /app
COPY code code/
COPY seed /data/
VOLUME /data
USER app
