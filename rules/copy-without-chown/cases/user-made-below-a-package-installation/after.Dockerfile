FROM debian:bookworm-slim
RUN useradd --system app
COPY --chown=app:app packages.txt /srv/packages.txt
RUN xargs apt-get install -y </srv/packages.txt
USER app
