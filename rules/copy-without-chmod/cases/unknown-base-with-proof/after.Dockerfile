FROM ghcr.io/acme/base:1
USER root
RUN mkdir -p /app
COPY run.sh /app/run.sh
RUN chmod 755 /app/run.sh
ENTRYPOINT ["/app/run.sh"]
