FROM registry.example.com/team/base:1
RUN busybox cp /etc/os-release /start.sh
RUN /bin/busybox mkdir -p "/srv/$TARGET"
COPY start.sh /start.sh
RUN chmod +x /start.sh
ENTRYPOINT ["/start.sh"]
