FROM registry.example.com/team/base:1
RUN busybox cp /etc/os-release /start.sh
RUN /bin/busybox mkdir -p "/srv/$TARGET"
COPY --chmod=755 start.sh /start.sh
ENTRYPOINT ["/start.sh"]
