FROM alpine:3.20
COPY --chmod=644 conf /etc/demo
USER 1001
CMD ["cat", "/etc/demo/a.conf"]
