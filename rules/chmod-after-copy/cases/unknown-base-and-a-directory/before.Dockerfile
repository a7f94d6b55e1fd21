FROM registry.example.com/team/base:1
COPY scripts /scripts
RUN chmod -R 755 /scripts
ENTRYPOINT ["/scripts/entrypoint.sh"]
