FROM ghcr.io/acme/base:1
RUN apt-get install -y bash
COPY run.sh /run.sh
ENTRYPOINT ["/run.sh"]
