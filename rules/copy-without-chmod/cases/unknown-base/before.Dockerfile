FROM ghcr.io/acme/base:1
COPY run.sh /run.sh
ENTRYPOINT ["/run.sh"]
