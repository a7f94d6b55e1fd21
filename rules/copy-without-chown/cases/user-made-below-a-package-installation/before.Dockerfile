FROM debian:bookworm-slim
COPY packages.txt /srv/packages.txt
RUN apt-get update && xargs apt-get install -y </srv/packages.txt
RUN useradd --system app
USER app
