FROM alpine:3.20
COPY conf /etc/demo
RUN chmod -R 644 /etc/demo
USER 1001
CMD ["cat", "/etc/demo/sub/b.conf"]
