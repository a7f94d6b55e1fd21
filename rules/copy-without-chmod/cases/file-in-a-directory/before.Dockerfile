FROM debian:bookworm-slim
COPY scripts /opt/scripts
ENTRYPOINT ["/opt/scripts/run/start.sh"]
