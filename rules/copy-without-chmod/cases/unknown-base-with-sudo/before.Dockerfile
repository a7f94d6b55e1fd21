FROM ghcr.io/acme/base:1
RUN sudo apt-get update
COPY run.sh /run.sh
ENTRYPOINT ["/run.sh"]
