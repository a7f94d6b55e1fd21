FROM alpine:3.20
RUN adduser -D app
COPY --chown=app:app settings.json /srv/demo/settings.json
USER app
