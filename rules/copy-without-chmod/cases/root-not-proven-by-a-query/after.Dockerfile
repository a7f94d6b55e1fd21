FROM ghcr.io/acme/base:1
RUN dpkg --print-architecture
COPY run.sh /run.sh
RUN chmod 755 /run.sh
ENTRYPOINT ["/run.sh"]
