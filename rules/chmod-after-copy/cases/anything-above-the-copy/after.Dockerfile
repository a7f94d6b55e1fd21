FROM registry.example.com/team/base:1
RUN make install
RUN /setup/prepare "$TARGET"
COPY --chmod=755 start.sh /start.sh
ENTRYPOINT ["/start.sh"]
