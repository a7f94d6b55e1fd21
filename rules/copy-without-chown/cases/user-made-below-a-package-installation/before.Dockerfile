FROM debian:bookworm-slim
COPY packages.txt /srv/packages.txt
RUN xargs apt-get install -y </srv/packages.txt
RUN useradd --system app
USER app
