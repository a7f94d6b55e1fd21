FROM busybox:1.36
COPY --chown=1000:1000 settings.json /srv/settings.json
USER 1000
