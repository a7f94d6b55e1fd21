FROM ghcr.io/acme/base:1
RUN useradd app
COPY settings.json /srv/settings.json
RUN chown app:app /srv/settings.json
USER app
