FROM alpine:3.20
RUN adduser -D app
COPY --chown=root:app config.json /etc/app/config.json
USER app
CMD ["cat", "/etc/app/config.json"]
