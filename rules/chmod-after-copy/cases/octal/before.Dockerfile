FROM alpine:3.20
RUN adduser -D app
COPY settings.json /etc/app/settings.json
RUN chmod 0640 /etc/app/settings.json
CMD ["/bin/sh"]
