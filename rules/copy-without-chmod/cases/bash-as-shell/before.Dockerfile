FROM debian:bookworm-slim
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
COPY run.sh /run.sh
ENTRYPOINT ["/run.sh"]
