FROM alpine:3.20
RUN adduser -D app
COPY --chmod=0640 settings.json /etc/app/settings.json
CMD ["/bin/sh"]
