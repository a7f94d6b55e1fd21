FROM ghcr.io/acme/base:1
RUN useradd app
COPY --chown=app:app settings.json /srv/settings.json
USER app
