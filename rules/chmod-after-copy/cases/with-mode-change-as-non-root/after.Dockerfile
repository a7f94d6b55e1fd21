FROM alpine:3.20
RUN adduser -D app
USER app
RUN touch /tmp/mine
COPY --chmod=755 etc /settings
CMD ["cat", "/settings/a.conf"]
