FROM ghcr.io/acme/base:1
RUN apt-get install -y bash
COPY run.sh /run.sh
RUN chmod 755 /run.sh
ENTRYPOINT ["/run.sh"]
