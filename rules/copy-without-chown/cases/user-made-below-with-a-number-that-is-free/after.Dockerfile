FROM debian:bookworm-slim
RUN useradd --system app
COPY --chown=app:app init.pl state.txt /srv/
RUN perl /srv/init.pl
USER app
