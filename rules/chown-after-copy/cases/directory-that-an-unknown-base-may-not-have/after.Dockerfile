FROM registry.example.com/team/base:1
RUN useradd app
COPY --chown=app:app settings.json /srv/settings.json
USER app
