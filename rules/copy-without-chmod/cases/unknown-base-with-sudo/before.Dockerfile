FROM ghcr.io/acme/base:1
RUN sudo apt-get install -y bash
COPY run.sh /run.sh
ENTRYPOINT ["/run.sh"]
