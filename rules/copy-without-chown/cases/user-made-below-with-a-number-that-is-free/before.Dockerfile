FROM debian:bookworm-slim
COPY init.pl state.txt /srv/
RUN perl /srv/init.pl
RUN useradd --system app
USER app
