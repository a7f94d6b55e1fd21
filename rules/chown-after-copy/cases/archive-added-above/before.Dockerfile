FROM alpine:3.20
ADD rootfs.tar.gz /
COPY src /demo
RUN chown -R 1001:1001 /demo
USER 1001
