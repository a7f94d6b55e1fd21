FROM alpine:3.20
COPY conf /etc/demo
RUN chmod 644 /etc/demo/*.conf
USER 1001
CMD ["cat", "/etc/demo/a.conf"]
