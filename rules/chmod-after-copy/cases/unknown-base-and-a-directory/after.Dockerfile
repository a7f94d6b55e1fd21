FROM registry.example.com/team/base:1
COPY --chmod=755 scripts /scripts
RUN chmod 755 /scripts
ENTRYPOINT ["/scripts/entrypoint.sh"]
