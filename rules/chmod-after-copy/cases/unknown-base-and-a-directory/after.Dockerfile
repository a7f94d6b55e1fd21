FROM registry.example.com/team/base:1
COPY --chmod=755 scripts /scripts
ENTRYPOINT ["/scripts/entrypoint.sh"]
