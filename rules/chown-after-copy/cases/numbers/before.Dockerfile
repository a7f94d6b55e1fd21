FROM busybox:1.36
COPY src /app
RUN chown -R 1001:1001 /app
USER 1001
