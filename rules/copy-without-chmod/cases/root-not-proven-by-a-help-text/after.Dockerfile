FROM ghcr.io/acme/base:1
RUN useradd --help
COPY run.sh /run.sh
RUN chmod 755 /run.sh
ENTRYPOINT ["/run.sh"]
