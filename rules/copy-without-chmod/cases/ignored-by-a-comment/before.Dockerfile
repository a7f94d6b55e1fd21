FROM alpine:3.20
# dockfix: ignore[copy-without-chmod] the mode is set by the deployment
COPY run.sh /run.sh
ENTRYPOINT ["/run.sh"]
