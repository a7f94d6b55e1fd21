FROM alpine:3.20
# dockfix: ignore[copy-without-chmod] sourced only
COPY lib.sh /lib.sh
COPY run.sh /run.sh
ENTRYPOINT ["/run.sh"]
