FROM registry.example.com/team/base:1
RUN make install
RUN /setup/prepare "$TARGET"
COPY start.sh /start.sh
RUN chmod +x /start.sh
ENTRYPOINT ["/start.sh"]
