FROM busybox:1.36
COPY settings.json /srv/settings.json
RUN chown 1000:1000 /srv/settings.json
USER 1000
