FROM alpine:3.20
COPY etc/ /etc/
USER 1001
CMD ["cat", "/etc/app.conf"]
