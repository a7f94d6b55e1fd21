FROM debian:bookworm-slim
COPY entry.sh /usr/local/bin/entry.sh
ENTRYPOINT ["bash", "/usr/local/bin/entry.sh"]
