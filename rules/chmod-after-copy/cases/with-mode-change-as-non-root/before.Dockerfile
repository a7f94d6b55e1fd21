FROM alpine:3.20
RUN adduser -D app
USER app
RUN touch /tmp/mine
COPY etc /settings
RUN chmod -R 755 /settings
CMD ["cat", "/settings/a.conf"]
