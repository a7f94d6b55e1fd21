FROM busybox:1.36
COPY --chown=1001:1001 src /app
USER 1001
