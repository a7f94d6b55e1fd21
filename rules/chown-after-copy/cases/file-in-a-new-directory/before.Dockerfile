FROM alpine:3.20
RUN adduser -D app
COPY settings.json /srv/demo/settings.json
RUN chown app:app /srv/demo/settings.json
USER app
