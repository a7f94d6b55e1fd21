FROM debian:bookworm-slim
RUN useradd app
COPY --chown=app:app settings.json /srv/settings.json
USER app
