FROM alpine:3.20
COPY shared /shared
RUN chmod -R 775 /shared
